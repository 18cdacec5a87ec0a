# Everything a developer runs. Variables given on the command line (make serve PORT=9000) reach
# the programs as environment variables, like those of the shell.

MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
# Test processes; 0 runs the tests in one process (for a debugger).
WORKERS ?= auto

.DEFAULT_GOAL := help

##@ Two commands

.PHONY: serve
serve: bootstrap ## Run the site with demo content on this machine. PORT=8000, DEBUG=1, DATABASE_URL=…
	@$(PYTHON) tools/serve.py

.PHONY: test
test: bootstrap catalogues ## Run all tests. ARGS="tests/core -k amount", WORKERS=0, DATABASE_URL=postgres://…
	@$(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

##@ Before a commit

.PHONY: check
check: bootstrap ## Check everything that needs no test. ARGS="ruff mypy" runs these only
	@$(PYTHON) tools/check.py $(ARGS)

.PHONY: format
format: bootstrap ## Put Python files and templates into shape
	@$(PYTHON) tools/format.py

.PHONY: messages
messages: bootstrap ## Collect new texts into the catalogues locale/*/LC_MESSAGES/django.po
	@$(PYTHON) tools/catalogues.py collect

##@ Now and then

.PHONY: bench
bench: bootstrap catalogues ## Measure the speed of pages, webhooks and receipts
	@$(PYTHON) -m tools.bench $(ARGS)

.PHONY: reset
reset: ## Delete var/: the local database, uploads, receipts and kept mail. YES=1 does not ask
	@tools/reset

.PHONY: help
help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo

.PHONY: bootstrap
bootstrap:
	@tools/bootstrap

.PHONY: catalogues
catalogues: bootstrap
	@$(PYTHON) tools/catalogues.py compile

"""Settings of the measured site: those of `make serve`, without what a developer looks at."""

import os
from pathlib import Path

from sosbca.settings.dev import *  # noqa: F403

ROOT_URLCONF = "tools.bench.urls"
STATIC_ROOT = Path(os.environ["BENCH_FOLDER"]) / "static"
SHOW_KEPT_MAIL = False
# Mistakes are posted on purpose.
LOGGING = {"version": 1, "incremental": True, "loggers": {"django": {"level": "ERROR"}}}
# More gifts in a minute than people make.
CHECKOUT_LIMIT_PER_ADDRESS = CHECKOUT_LIMIT_GLOBAL = (1_000_000, 60)
# As in production, whatever the developer's environment says.
PAGE_CACHE_MEGABYTES = 64

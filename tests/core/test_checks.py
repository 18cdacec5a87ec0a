"""The house rules find what breaks them."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps
from pytest_django import Settings

from sosbca.core import checks
from sosbca.core.fields import CentsField


def broken(monkeypatch: pytest.MonkeyPatch, *found: type[models.Model]) -> list[str]:
    monkeypatch.setattr("sosbca.core.checks.apps.get_models", lambda: found)
    return [problem.obj.name for problem in checks.money_is_integer_cents(None)]


@pytest.mark.django_db
def test_our_models_keep_the_rules() -> None:
    assert [problem for problem in run_checks() if str(problem.id).startswith("sosbca.")] == []


@isolate_apps("sosbca.core")
def test_money_is_integer_cents(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ours(models.Model):
        good_cents = CentsField()
        plain_cents = models.BigIntegerField()
        small_cents = models.IntegerField()
        decimal_cents = models.DecimalField(max_digits=9, decimal_places=2)
        ratio = models.FloatField()
        count = models.IntegerField()

        class Meta:
            app_label = "core"

    assert broken(monkeypatch, Ours) == ["small_cents", "decimal_cents", "ratio"]


@isolate_apps("sosbca.core")
def test_others_may_do_as_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    class Theirs(models.Model):
        ratio = models.FloatField()

        class Meta:
            app_label = "wagtailcore"

    assert broken(monkeypatch, Theirs) == []


def test_every_app_of_ours_is_watched(settings: Settings) -> None:
    from django.apps import apps

    folders = {"home", "donations", "projects", "blog", "fostering", "sosbca"}
    ours = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in folders}
    assert ours == checks.OUR_APPS


@pytest.mark.parametrize("folder", ["site", "locale"])
def test_folders_that_must_not_be_packages(tmp_path: Path, settings: Settings, folder: str) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / folder).mkdir()
    assert checks.forbidden_packages(None) == []
    (tmp_path / folder / "__init__.py").touch()
    (problem,) = checks.forbidden_packages(None)
    assert problem.msg == f"{folder}/__init__.py must not exist."

"""What load balancers and monitoring ask."""

from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries, Settings

from donations.tasks import process_event


def fail(*args: Any, **kwargs: Any) -> NoReturn:
    raise DatabaseError("password of the database in here")


def failed_parts(client: Client) -> dict[str, str]:
    response = client.get("/health/ready")
    assert response.status_code == 503
    body = response.json()
    assert body["status"] == "failed"
    checks = body["checks"].items()
    return {name: part["problem"] for name, part in checks if part["status"] == "failed"}


@pytest.mark.django_db
def test_live_touches_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    body = response.json()
    assert body["status"] == "ok"
    assert body["checks"].keys() == {"database", "cache", "migrations", "task_queue"}
    assert {part["status"] for part in body["checks"].values()} == {"ok"}


@pytest.mark.django_db
def test_database_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sosbca.core.health.connection.cursor", fail)
    problems = failed_parts(client)
    # Nothing of the error reaches whoever asks.
    assert problems["database"] == "unreachable"
    assert "cache" not in problems


@pytest.mark.django_db
def test_cache_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", fail)  # type: ignore[attr-defined]
    assert failed_parts(client) == {"cache": "unreachable"}


@pytest.mark.django_db
@override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
def test_cache_that_forgets(client: Client) -> None:
    assert failed_parts(client) == {"cache": "what was written cannot be read back"}


@pytest.mark.django_db
def test_migration_pending(client: Client) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="home").latest("id")
    newest.delete()
    assert failed_parts(client) == {"migrations": "1 migrations are not applied"}


def enqueue(*, waited: timedelta, deferred: timedelta | None = None) -> None:
    """A task that was put into the queue some time ago, to run some time after that."""
    process_event.enqueue(0)
    enqueued_at = timezone.now() - waited
    changes: dict[str, Any] = {"enqueued_at": enqueued_at}
    if deferred is not None:
        changes["run_after"] = enqueued_at + deferred
    DBTaskResult.objects.update(**changes)


@pytest.mark.django_db
class TestTaskQueue:
    @pytest.fixture(autouse=True)
    def _limit(self, settings: Settings) -> None:
        settings.TASK_QUEUE_LAG_LIMIT = 300

    def test_a_task_that_waits_too_long(self, client: Client) -> None:
        enqueue(waited=timedelta(seconds=400))
        assert "waited 40" in failed_parts(client)["task_queue"]

    def test_a_task_that_waits_not_too_long(self, client: Client) -> None:
        enqueue(waited=timedelta(seconds=200))
        part = client.get("/health/ready").json()["checks"]["task_queue"]
        assert part["status"] == "ok"
        assert 200 <= part["lag_seconds"] < 260

    def test_a_deferred_task_waits_from_when_it_is_due(self, client: Client) -> None:
        enqueue(waited=timedelta(hours=2), deferred=timedelta(hours=2, seconds=-20))
        part = client.get("/health/ready").json()["checks"]["task_queue"]
        assert 20 <= part["lag_seconds"] < 80

    def test_a_task_of_the_future_does_not_wait(self, client: Client) -> None:
        enqueue(waited=timedelta(hours=2), deferred=timedelta(days=1))
        part = client.get("/health/ready").json()["checks"]["task_queue"]
        assert part == {"status": "ok", "lag_seconds": 0}

    def test_finished_tasks_do_not_wait(self, client: Client) -> None:
        enqueue(waited=timedelta(days=1))
        DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=timezone.now())
        assert client.get("/health/ready").status_code == 200

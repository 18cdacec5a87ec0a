"""Health endpoints for load balancers and monitoring. JSON, no personal data, never cached."""

import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Case, Min, When
from django.http import HttpRequest, JsonResponse
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)


class Unhealthy(Exception):
    """A part does not work; the message is shown to whoever asks."""


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else, so a database outage restarts no web process."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Every part that a request needs answers; 503 with the part's problem otherwise."""
    checks: dict[str, object] = {}
    healthy = True
    for name, check in CHECKS.items():
        try:
            checks[name] = {"status": "ok", **check()}
        except Unhealthy as problem:
            healthy = False
            checks[name] = {"status": "failed", "problem": str(problem)}
        except Exception:
            logger.exception("Health check %s failed", name)
            healthy = False
            checks[name] = {"status": "failed", "problem": "unreachable"}
    status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
    body = {"status": "ok" if healthy else "failed", "checks": checks}
    return JsonResponse(body, status=status)


def _database() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"vendor": connection.vendor}


def _cache() -> dict[str, object]:
    key, value = f"health:{uuid.uuid4()}", uuid.uuid4().hex
    cache.set(key, value, 10)
    if cache.get(key) != value:
        raise Unhealthy("what was written cannot be read back")
    cache.delete(key)
    return {}


def _migrations() -> dict[str, object]:
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if pending:
        raise Unhealthy(f"{pending} migrations are not applied")
    return {"pending": 0}


def _task_queue() -> dict[str, object]:
    """Seconds that the oldest due task has waited; too long means that no worker runs."""
    now = timezone.now()
    # Sizes of pictures, and whatever else gives way to all other work, may wait for long.
    ready = DBTaskResult.objects.ready().filter(
        backend_name=DEFAULT_TASK_BACKEND_ALIAS, priority__gte=0
    )
    # A task that was not deferred carries the end of time as its run_after.
    waiting_since = Case(When(run_after__lte=now, then="run_after"), default="enqueued_at")
    oldest = ready.aggregate(oldest=Min(waiting_since))["oldest"]
    lag = max(0, int((now - oldest).total_seconds())) if oldest else 0
    if lag > settings.TASK_QUEUE_LAG_LIMIT:
        raise Unhealthy(f"the oldest due task has waited {lag} seconds")
    return {"lag_seconds": lag}


CHECKS: dict[str, Callable[[], dict[str, object]]] = {
    "database": _database,
    "cache": _cache,
    "migrations": _migrations,
    "task_queue": _task_queue,
}

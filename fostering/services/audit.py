"""Who did what, when: kept in Wagtail's log, which staff read beside each object."""

from django.db import models
from wagtail.log_actions import log

from sosbca.users.models import User


def record(
    subject: models.Model, action: str, *, user: User | None = None, **data: str | int
) -> None:
    """Add an entry about `subject`; no user means that the system did it.

    `data` must hold no personal data: entries outlive a person's erasure.
    """
    log(instance=subject, action=f"fostering.{action}", user=user, data=data, title=str(subject))

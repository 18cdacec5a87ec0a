"""Who did what, when: kept in Wagtail's log, which staff read beside each object."""

from django.db import models
from wagtail.log_actions import log

from sosbca.users.models import User

from ..models import Donation, Donor


def record(
    subject: models.Model, action: str, *, user: User | None = None, **data: str | int
) -> None:
    """Add an entry about `subject`; no user means that the system did it.

    `data` must hold no personal data: entries outlive a donor's identity.
    """
    # These call themselves by their donor's name.
    title = str(subject)
    if isinstance(subject, Donation):
        title = subject.payment_reference
    elif isinstance(subject, Donor):
        title = f"donor {subject.pk}"
    log(instance=subject, action=f"donations.{action}", user=user, data=data, title=title)

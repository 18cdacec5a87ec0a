"""Tells somebody that a gift was made in honour or in memory of a person."""

from ..models import CheckoutAttempt, Tribute
from . import mail


def announce(attempt: CheckoutAttempt | None) -> None:
    """Promise the message to whom the donor named, once the gift is real. Repeating is harmless."""
    tribute = Tribute.objects.filter(attempt=attempt).first() if attempt else None
    if attempt is None or tribute is None or not tribute.recipient_email:
        return
    mail.promise(
        "tribute", f"tribute-{attempt.pk}", attempt=attempt, recipient=tribute.recipient_email
    )

"""Tells finance by e-mail that the books do not agree, or could not be compared."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_supported_language_variant
from wagtail.users.models import UserProfile

from sosbca.users.models import User

from ..models import Reconciliation
from . import mail

# The group of staff who keep the books, as `sosbca.users.groups` names it.
FINANCE = "Finance"


def tell_finance(reconciliation: Reconciliation) -> None:
    """Promise the report to everybody in finance who has an address; to the site's administrators
    if there is nobody. Repeating is harmless."""
    address = reverse("giving_reconciliations:inspect", args=[reconciliation.pk])
    facts = {
        "status": reconciliation.status,
        "error": reconciliation.error,
        "differences": reconciliation.differences.count(),
        "theirs_cents": reconciliation.theirs_cents,
        "ours_cents": reconciliation.ours_cents,
        "url": f"{settings.SITE_URL}{address}",
    }
    for number, (recipient, language) in enumerate(_readers()):
        mail.promise(
            "books",
            f"books-{reconciliation.pk}-{number}",
            recipient=recipient,
            facts=facts | {"language": language},
        )


def _readers() -> list[tuple[str, str]]:
    """Addresses with the language in which their owners use the admin."""
    staff = User.objects.filter(groups__name=FINANCE, is_active=True).exclude(email="")
    found = [(user.email, _language_of(user)) for user in staff.order_by("pk")]
    return found or [(address, settings.LANGUAGE_CODE) for address in _administrators()]


def _administrators() -> list[str]:
    return [person if isinstance(person, str) else person[1] for person in settings.ADMINS]


def _language_of(user: User) -> str:
    profile = UserProfile.objects.filter(user=user).first()
    preferred = profile.preferred_language if profile else ""
    return get_supported_language_variant(preferred or settings.LANGUAGE_CODE)

"""Takes an enquiry: once, with its case and its messages, or not at all."""

import re
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation

from donations.templatetags.own_page_tags import day_in
from sosbca.core.encryption import digest, readable

from ..models import Case, Enquiry, SupportCentre
from . import cases, drafts, mail

# Raise it with every change of CONSENT's meaning in `fostering.enquiry.forms`.
CONSENT_VERSION = "2026-11"
# More links than anybody writes who wants a call.
LINKS_ALLOWED = 2


class ChangedMeanwhile(Exception):
    """The draft is not what the person had in view when they sent it."""


class Answers(NamedTuple):
    """All answers, checked."""

    way: str
    municipality: str
    centre: SupportCentre
    age_band: str
    household_size: str
    name: str
    phone: str
    email: str
    contact_method: str
    contact_times: list[str]
    interests: list[str]
    message: str


def phone_digest(phone: str) -> str:
    """The same for one number however it is typed; empty without one. Numbers without a country
    code are Latvian: eight digits, which 371 may stand before without a plus."""
    digits = re.sub(r"\D", "", phone.replace("+", "00", 1) if phone.startswith("+") else phone)
    if not digits:
        return ""
    if digits.startswith("00"):
        number = digits.removeprefix("00")
    elif digits.startswith("371") and len(digits) == len("371") + 8:
        number = digits
    else:
        number = f"371{digits}"
    return digest(number, "enquiry-phone")


def email_digest(email: str) -> str:
    """The same for one address however it is typed; empty without one."""
    return digest(email.strip().lower(), "enquiry-email") if email else ""


@transaction.atomic
def submit(
    draft_pk: int, answers: Answers, *, seen: str, consent_text: str, is_trapped: bool
) -> Enquiry:
    """Make the enquiry of a draft, with its case and messages. Sent twice, it is found again.

    `seen` is the version of the answers that the person had in view. What looks like spam is kept
    and marked, because programs that fill in forms for people fall into traps too; only the
    messages are left out until staff have said that it is real: see `suspects`.

    Raise ChangedMeanwhile, drafts.Gone, and drafts.TooMany when the throttle closes.
    """
    draft = drafts.locked(draft_pk)
    if draft.enquiry:
        return draft.enquiry
    if drafts.version_of(draft) != seen:
        raise ChangedMeanwhile
    sent = Enquiry.objects.all()
    drafts.check_limit(
        sent.filter(address_digest=draft.address_digest),
        settings.ENQUIRY_LIMIT_SENT,
        "submitted_at",
    )
    written = answers._asdict()
    centre = written.pop("centre")
    enquiry = Enquiry.objects.create(
        **written,
        language=draft.language,
        email_digest=email_digest(answers.email),
        phone_digest=phone_digest(answers.phone),
        address_digest=draft.address_digest,
        source=draft.source,
        consent_version=CONSENT_VERSION,
        consent_text=consent_text,
        is_suspect=is_trapped or _has_many_links(answers),
    )
    case = cases.open_case(enquiry, centre)
    draft.enquiry, draft.answers = enquiry, ""
    draft.save(update_fields=["enquiry", "answers"])
    if not enquiry.is_suspect:
        announce(case)
    return enquiry


def announce(case: Case) -> None:
    """Promise the confirmation to the person and the notice to the centre; each is sent once. To
    be called in the transaction that makes the case, or finds that it is real."""
    enquiry, centre = case.enquiry, case.centre
    if readable(enquiry.email):
        mail.promise(
            "enquiry_received",
            f"enquiry-{enquiry.reference}",
            language=enquiry.language,
            recipient=enquiry.email,
            facts={
                "reference": enquiry.shown_reference,
                "centre": centre.name(enquiry.language),
                "phone": centre.phone,
                "email": centre.email,
                "due": _until(case),
            },
        )
    if centre.notify_email:
        mail.promise(
            "enquiry_notice",
            f"enquiry-notice-{enquiry.reference}",
            language=settings.LANGUAGE_CODE,
            recipient=centre.notify_email,
            facts={"url": cases.address_of(case)},
        )


def _until(case: Case) -> str:
    """The day of the call, as it stands in “until …” in the person's language."""
    with translation.override(case.enquiry.language):
        return day_in(case.response_due_at, "dative")


def _has_many_links(answers: Answers) -> bool:
    text = f"{answers.name} {answers.message}".lower()
    return text.count("http://") + text.count("https://") > LINKS_ALLOWED

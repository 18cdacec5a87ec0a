"""The messages that donors get, as text and HTML in their language."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from sosbca.core.models import OrganisationSettings

from .models import Donor, OutgoingMail
from .services.documents import verify_url

FOLDER = "donations/mail"


def compose(mail: OutgoingMail, attachments: Mapping[str, bytes]) -> EmailMultiAlternatives | None:
    """The message as it is to be sent now; None when its donor was erased meanwhile, or has no
    address.

    `mail` has what it is about selected with it; `attachments` are PDFs by file name.
    """
    donor = _donor(mail)
    if donor is not None and donor.erased_at and not mail.recipient:
        return None
    if not mail.recipient and (donor is None or not donor.email):
        return None
    facts = json.loads(mail.facts) if mail.facts else {}
    language = _language(mail, donor, facts)
    template = mail.receipt.kind if mail.receipt else mail.kind
    organisation = OrganisationSettings.current()
    with translation.override(language):
        context = {
            "mail": mail,
            "donor": donor,
            "facts": facts,
            "language": language,
            "organisation": organisation,
            "organisation_name": organisation.name(),
            "own_page_url": settings.SITE_URL + reverse("donations:my-giving"),
            **_about(mail),
        }
        subject = render_to_string(f"{FOLDER}/{template}_subject.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            # Parts that have nothing to say leave no gaps.
            body=re.sub(r"\n{3,}", "\n\n", render_to_string(f"{FOLDER}/{template}.txt", context)),
            to=[mail.recipient or (donor.email if donor else "")],
            reply_to=[organisation.email] if organisation.email else None,
            headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string(f"{FOLDER}/{template}.html", context), "text/html"
        )
    for name, pdf in attachments.items():
        message.attach(name, pdf, "application/pdf")
    return message


def _donor(mail: OutgoingMail) -> Donor | None:
    if mail.receipt:
        return mail.receipt.donation.donor
    for subject in (mail.pledge, mail.statement, mail.transfer, mail.attempt):
        if subject is not None:
            return subject.donor
    return mail.donor


def _language(mail: OutgoingMail, donor: Donor | None, facts: Mapping[str, Any]) -> str:
    if "language" in facts:
        return str(facts["language"])
    if mail.receipt:
        return mail.receipt.donation.language
    for subject in (mail.pledge, mail.statement, mail.transfer, mail.attempt, donor):
        if subject is not None:
            return subject.language
    return settings.LANGUAGE_CODE


def _about(mail: OutgoingMail) -> dict[str, Any]:
    """What the templates show, by what the message is about."""
    if receipt := mail.receipt:
        donation = receipt.donation
        return {
            "receipt": receipt,
            "donation": donation,
            # An annulment says what it annuls.
            "amount_cents": receipt.net_cents or donation.amount_cents,
            "fund_name": donation.fund.name(),
            "verify_url": verify_url(receipt, donation.language),
        }
    if pledge := mail.pledge:
        # Where the form stands on which it began; an imported pledge has none.
        form_path = pledge.attempt.form_path if pledge.attempt else "/"
        return {
            "pledge": pledge,
            "fund_name": pledge.fund.name(),
            "giving_url": settings.SITE_URL + form_path,
        }
    if statement := mail.statement:
        return {"statement": statement}
    if transfer := mail.transfer:
        return {"transfer": transfer, "fund_name": transfer.fund.name()}
    if attempt := mail.attempt:
        tribute = getattr(attempt, "tribute", None)
        return {"attempt": attempt, "tribute": tribute, "fund_name": attempt.fund.name()}
    return {}

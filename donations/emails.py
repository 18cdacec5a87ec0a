"""The messages that donors get, as text and HTML in their language."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from sosbca.core.models import OrganisationSettings

from .models import Receipt


def receipt_message(
    receipt: Receipt, pdf: bytes, verify_url: str, message_id: str
) -> EmailMultiAlternatives:
    """The message that brings a receipt, an amendment or an annulment, with its PDF."""
    donation = receipt.donation
    organisation = OrganisationSettings.current()
    with translation.override(donation.language):
        context = {
            "receipt": receipt,
            "donation": donation,
            "organisation": organisation,
            "organisation_name": organisation.name(),
            # An annulment says what it annuls.
            "amount_cents": receipt.net_cents or donation.amount_cents,
            "fund_name": donation.fund.name(),
            "verify_url": verify_url,
            "language": donation.language,
        }
        folder = "donations/mail"
        subject = " ".join(
            render_to_string(f"{folder}/{receipt.kind}_subject.txt", context).split()
        )
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"{folder}/{receipt.kind}.txt", context),
            to=[donation.donor.email],
            reply_to=[organisation.email] if organisation.email else None,
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string(f"{folder}/{receipt.kind}.html", context), "text/html"
        )
    message.attach(f"{receipt.reference}.pdf", pdf, "application/pdf")
    return message

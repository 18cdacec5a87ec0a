"""The messages about fostering, as text and HTML in the person's language."""

import json
import re

from cryptography.fernet import InvalidToken
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from sosbca.core.encryption import Unreadable
from sosbca.core.models import OrganisationSettings

from .mail_parts import About
from .models import OutgoingMail
from .sign_up_mail import about_sign_up

FOLDER = "fostering/mail"


def compose(mail: OutgoingMail) -> EmailMultiAlternatives | None:
    """The message as it is to be sent now; None when there is nobody to write to, or what it says
    is no longer true."""
    with translation.override(mail.language):
        about = _about(mail)
        if about and isinstance(mail.recipient or about.recipient, Unreadable):
            # To be seen on the message, and tried again: the key may be found.
            raise InvalidToken
        if about is None or not (mail.recipient or about.recipient):
            return None
        organisation = OrganisationSettings.current()
        facts = json.loads(mail.facts) if mail.facts else {}
        reply_to = facts.get("reply_to") or organisation.email
        context = {
            "mail": mail,
            "facts": facts,
            "language": mail.language,
            "organisation": organisation,
            "organisation_name": organisation.name(),
            **about.context,
        }
        subject = render_to_string(f"{FOLDER}/{mail.kind}_subject.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            # Parts that have nothing to say leave no gaps.
            body=re.sub(r"\n{3,}", "\n\n", render_to_string(f"{FOLDER}/{mail.kind}.txt", context)),
            to=[mail.recipient or about.recipient],
            reply_to=[reply_to] if reply_to else None,
            headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string(f"{FOLDER}/{mail.kind}.html", context), "text/html"
        )
    for name, (content, content_type) in about.attachments.items():
        message.attach(name, content, content_type)
    return message


def _about(mail: OutgoingMail) -> About | None:
    if mail.sign_up_id is not None:
        return about_sign_up(mail)
    return About(mail.recipient) if mail.recipient else None

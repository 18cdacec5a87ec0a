"""E-mails from the case page to the person: filled in from a template, changed, sent once."""

import uuid
from typing import NamedTuple

from django.db import transaction

from sosbca.core.encryption import readable
from sosbca.users.models import User

from ..models import Case, CaseEvent, CaseMail, CaseMailTemplate
from ..placeholders import fill
from . import cases, mail


class NoAddress(Exception):
    """The person gave no e-mail, or was erased."""


class Draft(NamedTuple):
    subject: str
    body: str


def filled_in(template: CaseMailTemplate, case: Case, *, language: str, by: User) -> Draft:
    """A template in a language, for the person of a case. Nothing is kept."""
    enquiry, centre = case.enquiry, case.centre
    values = {
        "name": enquiry.name,
        "reference": enquiry.shown_reference,
        "centre": centre.name(language),
        "centre_phone": centre.phone,
        "centre_email": centre.email,
        "sender": by.get_full_name() or by.get_username(),
    }
    return Draft(fill(template.subject(language), values), fill(template.body(language), values))


@transaction.atomic
def send(
    case: Case, *, key: uuid.UUID, language: str, subject: str, body: str, by: User
) -> CaseMail:
    """Promise a message to the person of a case, and keep it on the case, encrypted. `key` is that
    of the form: sent twice, even at the same moment, it is one message.

    Raise NoAddress, and PermissionDenied for other centres' cases.
    """
    case = cases.locked(case.pk, by)
    if known := case.mails.filter(key=key).first():
        return known
    if not readable(case.enquiry.email):
        raise NoAddress
    # One line: a subject must not bring headers of its own.
    subject = " ".join(subject.split())
    outgoing = mail.promise(
        "case",
        f"case-{key}",
        language=language,
        recipient=case.enquiry.email,
        facts={"subject": subject, "body": body, "reply_to": case.centre.email},
    )
    event = CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.MAIL, by=by)
    return CaseMail.objects.create(
        case=case,
        event=event,
        key=key,
        outgoing=outgoing,
        language=language,
        subject=subject,
        body=body,
    )

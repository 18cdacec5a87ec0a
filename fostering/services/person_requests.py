"""What a person may ask for: a copy of everything that is known about them, and its erasure
(Regulation (EU) 2016/679, Articles 15, 17 and 20). Leads do both, for one or several enquiries.

A couple may share a phone: which enquiries are the same person's is for the lead to say.
"""

import io
import json
import logging
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from sosbca.core.encryption import readable
from sosbca.core.models import OrganisationSettings
from sosbca.users.models import User

from ..models import Case, CaseAccess, CaseEvent, CaseFile, SignUp
from . import access, case_files, erasure, sign_ups

logger = logging.getLogger(__name__)


def sign_ups_of(cases: Sequence[Case]) -> QuerySet[SignUp]:
    """Where the same e-mail addresses were signed up for events."""
    emails = {readable(case.enquiry.email) for case in cases} - {""}
    digests = [sign_ups.email_digest(email) for email in emails]
    return SignUp.objects.filter(email_digest__in=digests).select_related("event").order_by("pk")


class Belongings(NamedTuple):
    """What goes with one enquiry: its case, how many notes, tasks, files and e-mails, and the
    sign-ups for events with its e-mail address."""

    case: Case
    notes: int
    tasks: int
    files: int
    mails: int
    sign_ups: list[SignUp]


def belongings(cases: Sequence[Case]) -> list[Belongings]:
    """What goes with each of these. A sign-up stands with the first of them that has its address:
    two enquiries with one address can't be told apart by it."""
    found = []
    seen: set[int] = set()
    for case in cases:
        own = [each for each in sign_ups_of([case]) if each.pk not in seen]
        seen.update(each.pk for each in own)
        found.append(
            Belongings(
                case,
                notes=case.events.filter(kind=CaseEvent.Kind.NOTE).exclude(text="").count(),
                tasks=case.tasks.count(),
                files=case.files.count(),
                mails=case.mails.count(),
                sign_ups=own,
            )
        )
    return found


@transaction.atomic
def erase(cases: Sequence[Case], *, by: User) -> int:
    """Erase the person of these cases, and give back their places at events; return of how many
    cases. Done already, nothing happens. Raise PermissionDenied for anybody but leads."""
    _only_leads(by)
    for sign_up in sign_ups_of(cases):
        sign_ups.erase(sign_up.pk, by)
    # In one order everywhere, so that two leads don't wait for each other.
    return sum(erasure.erase(pk, by=by) for pk in sorted(case.pk for case in cases))


def copy(cases: Sequence[Case], *, by: User) -> Iterator[bytes]:
    """A ZIP file, part by part: `data.json` and `data.html` with everything that is known about the
    person of these cases, and their files. Put on record on each case before the first part.

    One file at a time is in memory, and none is written to a disk. Raise PermissionDenied for
    anybody but leads.
    """
    _only_leads(by)
    with transaction.atomic():
        for case in cases:
            CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.COPIED, by=by)
            CaseAccess.objects.create(case=case, user=by, what=CaseAccess.What.COPY)
    return _packed(cases)


class _Sink(io.RawIOBase):
    """Takes what the archive writes, and gives it away in parts; can't be gone back in."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def _packed(cases: Sequence[Case]) -> Iterator[bytes]:
    language = cases[0].enquiry.language
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        with translation.override(language):
            data = describe(cases)
            organisation = OrganisationSettings.current()
            page = render_to_string(
                "fostering/copy.html",
                {"data": data, "language": language, "organisation": organisation},
            )
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", text)
        archive.writestr("data.html", page)
        yield sink.taken()
        for case in cases:
            for file in case.files.all():
                _pack_file(archive, file, language)
                yield sink.taken()
    yield sink.taken()


def _pack_file(archive: zipfile.ZipFile, file: CaseFile, language: str) -> None:
    """A file that is damaged or lost must not keep the rest: a word about it takes its place."""
    try:
        archive.writestr(_path_of(file), case_files.content_of(file))
    except (InvalidToken, OSError):
        logger.exception("File %d of a case can't be read", file.pk)
        with translation.override(language):
            words = gettext("The file is damaged or lost. Tell those who run the site.")
        archive.writestr(f"{_path_of(file)}.txt", words)


def describe(cases: Sequence[Case]) -> dict[str, Any]:
    """Everything that is known about the person of these cases, in the current language. Who of the
    staff did what is their own data, and fingerprints tell nobody anything."""
    return {
        "made_at": timezone.now(),
        "enquiries": [_describe_case(case) for case in cases],
        "sign_ups": [
            {
                "event": sign_up.event.title(),
                "starts_at": sign_up.event.starts_at,
                "name": sign_up.name,
                "email": sign_up.email,
                "persons": sign_up.persons,
                "status": sign_up.get_status_display(),
                "signed_up_at": sign_up.created_at,
            }
            for sign_up in sign_ups_of(cases)
        ],
    }


def _describe_case(case: Case) -> dict[str, Any]:
    enquiry = case.enquiry
    return {
        "reference": enquiry.shown_reference,
        "sent_at": enquiry.submitted_at,
        "name": enquiry.name,
        "phone": enquiry.phone,
        "email": enquiry.email,
        "language": enquiry.get_language_display(),
        "way": enquiry.get_way_display(),
        "municipality": enquiry.municipality_name(),
        "age": enquiry.get_age_band_display(),
        "household": enquiry.get_household_size_display(),
        "how_to_contact": enquiry.get_contact_method_display(),
        "when_to_call": enquiry.get_contact_times_display(),
        "would_also_like": enquiry.get_interests_display(),
        "how_they_came": enquiry.get_source_display(),
        "message": enquiry.message,
        "consent": enquiry.consent_text,
        "consent_version": enquiry.consent_version,
        "support_centre": case.centre.name(),
        "stage": case.get_stage_display(),
        "closed_at": case.closed_at,
        "timeline": [
            {
                "at": event.at,
                "what": event.get_kind_display(),
                "from": event.get_from_stage_display(),
                "to": event.get_to_stage_display(),
                "text": event.text,
            }
            for event in case.events.order_by("pk")
        ],
        "tasks": [
            {"text": task.text, "due_on": task.due_on, "done_at": task.done_at}
            for task in case.tasks.all()
        ],
        "emails": [
            {"at": mail.event.at, "subject": mail.subject, "text": mail.body}
            for mail in case.mails.select_related("event").order_by("pk")
        ],
        "files": [
            {"path": _path_of(file), "size": file.size, "added_at": file.added_at}
            for file in case.files.all()
        ],
    }


def _path_of(file: CaseFile) -> str:
    return f"files/{file.pk}-{file.name}"


def _only_leads(user: User) -> None:
    if not access.is_lead(user):
        raise PermissionDenied("Only leads answer what a person asks for.")

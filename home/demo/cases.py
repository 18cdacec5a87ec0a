"""Cases and sign-ups for the demonstration, as old as they would be if today were an ordinary day.

Everything goes through the services that staff's clicks go through, and is dated afterwards.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.text import slugify

from fostering.enquiry.forms import CONSENT
from fostering.models import (
    Case,
    CaseAccess,
    CaseEvent,
    CaseFile,
    CaseMailTemplate,
    CaseTask,
    Enquiry,
    OutgoingMail,
    SignUp,
    SignUpList,
    SupportCentre,
)
from fostering.models.case import OUTCOMES
from fostering.services import access, case_files, case_mails, cases, enquiries, erasure, sign_ups
from sosbca.users.models import User

from . import CONTENT
from .families import FAMILIES, GUESTS, PAULA, VITA, Family, Step

# Any real PDF will do: a file is taken by what is in it.
PAPER: Final = CONTENT / "_documents" / "audzugimene-isuma.pdf"
PHONE: Final = "+371 2000 {}"
# An event with fewer places than this is filled, so that its waiting list can be seen.
FEW_PLACES: Final = 20
# What is dated after each step: the moments that services wrote as "now".
DATED: Final[tuple[tuple[type[Model], str], ...]] = (
    (CaseEvent, "at"),
    (CaseTask, "created_at"),
    (CaseTask, "done_at"),
    (CaseFile, "added_at"),
    (CaseAccess, "at"),
)


@transaction.atomic
def load() -> tuple[int, int] | None:
    """Make the cases and sign-ups; return how many of each. None, and nothing done, when anybody
    has sent an enquiry already, or the demonstration's staff or centres are not there."""
    staff = {user.username: user for user in User.objects.filter(username__in=(PAULA, VITA))}
    centres = {centre.town: centre for centre in SupportCentre.objects.all()}
    needed = {family.town for family in FAMILIES}
    if Enquiry.objects.exists() or len(staff) < 2 or not needed <= centres.keys():
        return None
    teller = Teller(staff)
    for family in FAMILIES:
        teller.tell(family, centres[family.town])
    return len(FAMILIES), teller.invite()


class Teller:
    """Writes what happened to whom."""

    def __init__(self, staff: dict[str, User]) -> None:
        self._staff = staff
        self._started = timezone.now()

    def tell(self, family: Family, centre: SupportCentre) -> None:
        asked = self._moment(family.ago, 9)
        case = cases.open_case(self._enquiry(family), centre)
        Enquiry.objects.filter(pk=case.enquiry_id).update(submitted_at=asked)
        Case.objects.filter(pk=case.pk).update(
            opened_at=asked, response_due_at=cases.response_due(asked)
        )
        self._date(case, asked)
        by = self._staff.get(family.by)
        if by:
            cases.assign(case.pk, by, by=by)
            self._date(case, self._moment(family.ago, 10))
            for step in family.steps:
                self._take(case, step, by)
                access.record_look(by, case)
                self._date(case, self._moment(step.ago, 11))
        if family.is_erased:
            erasure.erase(case.pk, by=self._staff[VITA])

    def invite(self) -> int:
        """Sign people up for the next events; return how many sign-ups there are."""
        before = SignUp.objects.count()
        coming = SignUpList.objects.filter(open_until__gt=self._started, is_open=True)
        for event in coming.order_by("starts_at"):
            guests = GUESTS
            if (event.capacity or FEW_PLACES) >= FEW_PLACES:
                guests = GUESTS[:6]
            for number, (name, persons) in enumerate(guests):
                details = sign_ups.Details(
                    name=name,
                    email=f"{slugify(name).replace('-', '.')}@example.org",
                    persons=persons,
                    language="lv",
                )
                sign_ups.sign_up(event.event_key, details, f"demo-{event.pk}-{number}")
        self._say_sent()
        return SignUp.objects.count() - before

    def _enquiry(self, family: Family) -> Enquiry:
        phone = PHONE.format(family.number) if family.number else ""
        with translation.override(family.language):
            consent = str(CONSENT)
        return Enquiry.objects.create(
            language=family.language,
            way=family.way,
            municipality=family.municipality,
            age_band=family.age,
            household_size=family.household,
            name=family.name,
            phone=phone,
            email=family.email,
            contact_method="phone" if phone else "email",
            contact_times=["evening"] if phone else [],
            interests=["evening"] if family.email else [],
            message=family.message,
            email_digest=enquiries.email_digest(family.email),
            phone_digest=enquiries.phone_digest(phone),
            address_digest="demo",
            source=family.source,
            consent_version=enquiries.CONSENT_VERSION,
            consent_text=consent,
            is_suspect=family.is_suspect,
        )

    def _take(self, case: Case, step: Step, by: User) -> None:
        case.refresh_from_db()
        match step.kind:
            case "note":
                cases.note(case.pk, step.text, by=by)
            case "task":
                day = timezone.localdate(self._started) + timedelta(days=step.due or 0)
                task = cases.add_task(case.pk, step.text, day, by=by)
                if step.due is None:
                    cases.finish_task(task.pk, by=by)
            case "file":
                case_files.add(case, step.text, PAPER.read_bytes(), by=by)
            case "email":
                self._write(case, by)
            case stage:
                go = cases.close if stage in OUTCOMES else cases.move
                go(case.pk, stage, seen=case.stage, by=by, text=step.text)

    def _write(self, case: Case, by: User) -> None:
        template = CaseMailTemplate.objects.first()
        if template is None:
            return
        language = case.enquiry.language
        draft = case_mails.filled_in(template, case, language=language, by=by)
        case_mails.send(
            case, key=uuid.uuid4(), language=language, subject=draft.subject, body=draft.body, by=by
        )
        self._say_sent()

    def _say_sent(self) -> None:
        """Nobody is written to: what was promised here is taken as sent."""
        mine = OutgoingMail.objects.filter(created_at__gte=self._started)
        mine.update(status=OutgoingMail.Status.SENT, sent_at=self._started, recipient="", facts="")

    def _date(self, case: Case, moment: datetime) -> None:
        """What was written since this began happened at that moment."""
        for model, name in DATED:
            self._set(model._default_manager.filter(case=case), name, moment)
        for name in ("stage_since", "closed_at"):
            self._set(Case.objects.filter(pk=case.pk), name, moment)

    def _set(self, rows: Any, name: str, moment: datetime) -> None:
        rows.filter(**{f"{name}__gte": self._started}).update(**{name: moment})

    def _moment(self, ago: int, hour: int) -> datetime:
        day = timezone.localtime(self._started) - timedelta(days=ago)
        moment = day.replace(hour=hour, minute=12, second=0, microsecond=0)
        # Early in the morning today's has not come yet.
        return min(moment, self._started - timedelta(minutes=1))

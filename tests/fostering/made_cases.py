"""Cases as if people had sent enquiries, without going through the pages each time."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from fostering.models import Case, CaseEvent, Enquiry, SupportCentre
from fostering.models.case import OUTCOMES
from fostering.services import cases
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, PHONE

Kind = CaseEvent.Kind


def made(centre: SupportCentre, *way: str, at: datetime | None = None, **changes: Any) -> Case:
    """A case that went this way: a stage each day from `at` on. `changes` are of the enquiry."""
    details: dict[str, Any] = {
        "language": "lv",
        "way": "foster",
        "municipality": "valmiera",
        "age_band": "35_44",
        "household_size": "3",
        "name": NAME,
        "phone": PHONE,
        "email": EMAIL,
        "address_digest": "x",
        "consent_version": "1",
        "consent_text": "yes",
    }
    with time_machine.travel(at or datetime.now().astimezone(), tick=False) as traveller:
        case = cases.open_case(Enquiry.objects.create(**{**details, **changes}), centre)
        for stage in way:
            traveller.shift(timedelta(days=1))
            now = datetime.now().astimezone()
            before, case.stage, case.stage_since = case.stage, stage, now
            case.closed_at = now if stage in OUTCOMES else None
            case.save()
            kind = Kind.CLOSED if stage in OUTCOMES else Kind.MOVED
            CaseEvent.objects.create(case=case, kind=kind, from_stage=before, to_stage=stage)
    return case


def recruiter(*centres: SupportCentre, group: str = "Recruitment", name: str = "ilze") -> User:
    """A member of staff who belongs to these centres."""
    user: User = get_user_model().objects.create_user(
        name, first_name="Ilze", last_name="Liepa", email=f"{name}@example.org"
    )
    user.groups.add(Group.objects.get(name=group))
    for each in centres:
        each.staff.add(user)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client

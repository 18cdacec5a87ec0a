"""Cases with something of every kind in them, and what must not be told of it."""

import uuid

from django.utils import timezone

from fostering.models import Case, EnquiryDraft, OutgoingMail, SignUp
from fostering.services import case_files, case_mails, cases
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, MESSAGE, NAME, PHONE
from tests.fostering.test_case_files import PDF

NOTE, TASK, WORDS = "Piezīme par suni", "Piezvanīt mammai", "Labdien, kā runājām"
SECRETS = (NAME, PHONE, EMAIL, MESSAGE, NOTE, TASK, WORDS, "izziņa.pdf")


def full(case: Case, staff: User) -> Case:
    """With a note, a task, a file and an e-mail."""
    cases.note(case.pk, NOTE, by=staff)
    cases.add_task(case.pk, TASK, timezone.localdate(), by=staff)
    case_files.add(case, "izziņa.pdf", PDF, by=staff)
    case_mails.send(case, key=uuid.uuid4(), language="lv", subject="Sveiki", body=WORDS, by=staff)
    return case


def known() -> str:
    """All that the database tells of cases, decrypted."""
    told = []
    for model in (Case, EnquiryDraft, OutgoingMail, SignUp):
        told += [str(vars(row)) for row in model.objects.all()]
    for case in Case.objects.all():
        told.append(str(vars(case.enquiry)))
        for rows in (case.events, case.tasks, case.files, case.mails, case.accesses):
            told += [str(vars(row)) for row in rows.all()]
    return " ".join(told)

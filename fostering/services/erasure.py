"""Erases who stood behind an enquiry: when its time is over, or at the person's wish
(Regulation (EU) 2016/679, Articles 5(1)(e) and 17). Figures stay and name nobody."""

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sosbca.users.models import User

from ..models import Case, CaseEvent, EnquiryDraft, OutgoingMail, Stage
from . import access, case_files, drafts

logger = logging.getLogger(__name__)

Kind = CaseEvent.Kind


@transaction.atomic
def erase(case_pk: int, *, by: User | None = None) -> bool:
    """Erase the person of a case with everything that was written or kept about them; return
    whether there was anything to erase. Nobody means the nightly task.

    Open cases are ended: nobody can be looked after who isn't known. What stays: way, municipality,
    age band, language, source, stages and their days.

    Raise PermissionDenied for anybody but leads.
    """
    if by and not access.is_lead(by):
        raise PermissionDenied("Only leads erase people.")
    cases = Case.objects.select_for_update().select_related("enquiry")
    case = cases.get(pk=case_pk)
    if case.enquiry.erased_at:
        return False
    if not case.is_closed:
        _end(case, by)
    case_files.remove_when_committed(list(case.files.values_list("stored_name", flat=True)))
    case.files.all().delete()
    _empty_mails(case)
    case.events.exclude(text="").update(text="")
    case.accesses.exclude(reason="").update(reason="")
    case.tasks.all().delete()
    drafts.delete(EnquiryDraft.objects.filter(enquiry=case.enquiry))
    _empty_enquiry(case)
    CaseEvent.objects.create(case=case, kind=Kind.ERASED, by=by)
    # The log outlives the database's backups: after a restore it says what has to be done again.
    transaction.on_commit(lambda: logger.info("Erased the person of case %d", case_pk))
    return True


def _end(case: Case, by: User | None) -> None:
    before = case.stage
    case.stage = Stage.DECLINED if case.enquiry.is_suspect else Stage.WITHDRAWN
    case.closed_at = case.stage_since = timezone.now()
    case.save(update_fields=["stage", "closed_at", "stage_since"])
    CaseEvent.objects.create(
        case=case, kind=Kind.CLOSED, by=by, from_stage=before, to_stage=case.stage
    )


def _empty_mails(case: Case) -> None:
    """What waits finds nobody to go to, and is withdrawn by itself."""
    received = Q(message_id__startswith=f"<enquiry-{case.enquiry.reference}@")
    about = OutgoingMail.objects.filter(Q(case_mail__case=case) | received)
    # Rows and not the query: SQLite can't update what it joins.
    keys = list(about.values_list("pk", flat=True))
    OutgoingMail.objects.filter(pk__in=keys).update(recipient="", facts="")
    case.mails.all().delete()


def _empty_enquiry(case: Case) -> None:
    enquiry = case.enquiry
    for name in ("name", "phone", "email", "message", "email_digest", "phone_digest"):
        setattr(enquiry, name, "")
    # No figure counts these, and together with the others they could point at somebody.
    enquiry.address_digest = enquiry.household_size = ""
    enquiry.contact_times, enquiry.interests = [], []
    enquiry.erased_at = timezone.now()
    enquiry.save()

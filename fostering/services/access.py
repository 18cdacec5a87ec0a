"""Who may see and work on cases: staff of the case's centre, and leads. Nobody else.

Django says yes to superusers whatever is asked, so permissions are looked up here by who holds
them. A superuser gets in for one case and a set time, after saying why; that stands on the case.
"""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sosbca.users.models import User

from ..models import Case, CaseAccess, CaseEvent, SupportCentre

# How long a reason that was given holds.
REASON_HOLDS = timedelta(hours=8)
# Looking again within this time is the same look.
ONE_LOOK = timedelta(minutes=30)


def is_lead(user: User) -> bool:
    """Whether somebody works on the cases of all centres."""
    return _holds(user, "lead_case")


def leads() -> QuerySet[User]:
    """Who works on the cases of all centres."""
    held = Permission.objects.filter(content_type__app_label="fostering", codename="lead_case")
    people = User.objects.filter(is_active=True)
    return people.filter(Q(user_permissions__in=held) | Q(groups__permissions__in=held)).distinct()


def assignees_for(user: User) -> QuerySet[User]:
    """Who looks after any of the cases that somebody may see."""
    people = User.objects.filter(Exists(cases_for(user).filter(assignee=OuterRef("pk"))))
    return people.order_by("last_name", "username")


def is_staff_of_cases(user: User) -> bool:
    """Whether somebody works on cases at all, if only on those of no centre yet."""
    return _holds(user, "view_case") or is_lead(user)


def centres_for(user: User) -> QuerySet[SupportCentre]:
    """The centres on whose cases somebody works."""
    if is_lead(user):
        return SupportCentre.objects.all()
    if _holds(user, "view_case"):
        return SupportCentre.objects.filter(staff=user)
    return SupportCentre.objects.none()


def cases_for(user: User) -> QuerySet[Case]:
    """The cases that somebody may see, in any list, figure or export."""
    if is_lead(user):
        return Case.objects.all()
    if _holds(user, "view_case"):
        # Not by a join, which would show a case twice.
        own = SupportCentre.objects.filter(staff=user, pk=OuterRef("centre"))
        return Case.objects.filter(Exists(own))
    return Case.objects.none()


def may_see(user: User, case: Case) -> bool:
    """Whether somebody may see this case and work on it."""
    return cases_for(user).filter(pk=case.pk).exists() or _has_said_why(user, case)


def has_lost(user: User, case_pk: int) -> bool:
    """Whether somebody looked at a case while it was their centre's, which has given it away since.
    To them it is no secret that there is such a case, nor that it has gone."""
    if cases_for(user).filter(pk=case_pk).exists():
        return False
    given = CaseEvent.objects.filter(
        case=case_pk, kind=CaseEvent.Kind.TRANSFERRED, from_centre__in=centres_for(user)
    )
    looks = CaseAccess.objects.filter(case=case_pk, user=user)
    return looks.filter(Exists(given.filter(at__gt=OuterRef("at")))).exists()


def require(user: User, case: Case) -> None:
    """Raise PermissionDenied unless somebody may see this case."""
    if not may_see(user, case):
        raise PermissionDenied("The case belongs to another support centre.")


def may_say_why(user: User) -> bool:
    """Whether somebody who is not of the centre gets in by giving a reason: superusers alone."""
    return bool(user.is_active and user.is_superuser)


def say_why(user: User, case: Case, reason: str) -> CaseAccess:
    """Let a superuser see one case for REASON_HOLDS, with the reason on record.

    Raise PermissionDenied for anybody else, ValueError without a reason.
    """
    if not may_say_why(user):
        raise PermissionDenied("Only superusers get in by giving a reason.")
    if not reason.strip():
        raise ValueError("A reason is needed.")
    return CaseAccess.objects.create(case=case, user=user, reason=reason.strip())


def record_look(user: User, case: Case) -> None:
    """Put on record that somebody looked at a case; once for a while."""
    since = timezone.now() - ONE_LOOK
    if not CaseAccess.objects.filter(case=case, user=user, at__gt=since).exists():
        CaseAccess.objects.create(case=case, user=user)


def _has_said_why(user: User, case: Case) -> bool:
    if not may_say_why(user):
        return False
    since = timezone.now() - REASON_HOLDS
    return CaseAccess.objects.filter(case=case, user=user, at__gt=since).exclude(reason="").exists()


def _holds(user: User, codename: str) -> bool:
    if not user.is_active:
        return False
    permissions = Permission.objects.filter(content_type__app_label="fostering", codename=codename)
    return permissions.filter(Q(user=user) | Q(group__user=user)).exists()

"""What recruitment must see without looking for it."""

from typing import Any, Final, cast

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from sosbca.users.models import User

from ..models import CaseTask, Stage
from ..services import access, cases, suspects

# Of calls and of tasks. The rest is counted, and stands in the list.
SHOWN: Final = 5


class CasesPanel(Component):
    """On the admin's home page: calls and tasks that are due. Absent for all but recruitment."""

    name = "fostering_cases"
    template_name = "fostering/admin/due.html"
    order = 60

    def __init__(self, request: HttpRequest) -> None:
        self.user = cast(User, request.user)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        if not access.is_staff_of_cases(self.user):
            return {"is_shown": False}
        own = access.cases_for(self.user)
        late = cases.overdue(own)
        today = timezone.localdate()
        tasks = CaseTask.objects.filter(
            case__in=own, assignee=self.user, done_at=None, due_on__lte=today
        )
        waiting = own.filter(stage=Stage.NEW, enquiry__is_suspect=False)
        return {
            "is_shown": True,
            "today": today,
            "now": timezone.now(),
            "mine": own.filter(assignee=self.user, closed_at=None).count(),
            "waiting": waiting.count(),
            "suspects": suspects.undecided(own).count(),
            "late": late.count(),
            "late_cases": late.select_related("enquiry", "centre", "assignee").order_by(
                "response_due_at"
            )[:SHOWN],
            "tasks": tasks.count(),
            "due_tasks": tasks.select_related("case__enquiry")[:SHOWN],
        }

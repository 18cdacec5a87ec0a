"""What the case page shows of files and of the person's data."""

from typing import Any

from sosbca.users.models import User

from ...models import Case
from ...services import access, case_retention


def parts_of(case: Case, user: User) -> dict[str, Any]:
    """For the templates `case_files.html` and `case_person.html`."""
    return {
        "files": list(case.files.select_related("added_by")),
        "erased_on": case_retention.erased_on(case),
        "is_lead": access.is_lead(user),
    }

"""Projects for other pages."""

from collections.abc import Sequence

from sosbca.core.listing import with_pictures
from sosbca.core.privacy import public

from .models import ProjectIndexPage, ProjectPage
from .models.project_index_page import condition


def latest_projects(language: str, status: str, limit: int) -> Sequence[ProjectPage]:
    """Published projects in a language, the latest first; with this status unless it is empty."""
    projects = public(ProjectPage.objects.live()).filter(locale__language_code=language)
    if status:
        projects = projects.filter(condition("status", status))
    return list(with_pictures(projects).order_by("-starts_on", "title")[:limit])


def project_index(language: str) -> ProjectIndexPage | None:
    """Where all projects in a language are listed."""
    return ProjectIndexPage.objects.live().filter(locale__language_code=language).first()

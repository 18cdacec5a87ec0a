"""Projects and who pays for them."""

from .funder import Funder
from .project_index_page import ProjectIndexPage
from .project_page import (
    ProjectActivity,
    ProjectDocument,
    ProjectEntry,
    ProjectFunding,
    ProjectPage,
)

__all__ = [
    "Funder",
    "ProjectActivity",
    "ProjectDocument",
    "ProjectEntry",
    "ProjectFunding",
    "ProjectIndexPage",
    "ProjectPage",
]

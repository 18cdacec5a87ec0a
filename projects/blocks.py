"""Projects as a block that pages can hold."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from sosbca.core.blocks import groups
from sosbca.core.page_cache.memory import remembered
from sosbca.core.page_cache.parts import pages_of

# The words of `projects.models.ProjectStatus`; its values are stored.
STATUSES = [("planned", _("Planned")), ("running", _("Running")), ("completed", _("Completed"))]


class ProjectListBlock(blocks.StructBlock):
    """Projects in the reader's language. The list keeps itself up to date."""

    heading = blocks.CharBlock(label=_("Heading"))
    status = blocks.ChoiceBlock(
        label=_("Status"),
        choices=STATUSES,
        required=False,
        help_text=_("All projects when none is chosen."),
        search_index=False,
    )
    number = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=12)

    class Meta:
        icon = "folder-open-inverse"
        label = _("Projects")
        group = groups.LINKS
        description = _("Projects by status, always up to date.")
        template = "blocks/project_list.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        # The pages of this app hold blocks: its queries may only be imported once they exist.
        from projects.models import ProjectIndexPage, ProjectPage
        from projects.queries import latest_projects, project_index

        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        language = (get_language() or "lv").split("-")[0]
        number, status = value["number"] or 3, value["status"] or ""
        # What a status means changes with the day.
        context["projects"], context["index"] = remembered(
            ("latest projects", language, number, status, timezone.localdate()),
            lambda: (latest_projects(language, status, number), project_index(language)),
            pages_of(ProjectPage, ProjectIndexPage),
        )
        return context

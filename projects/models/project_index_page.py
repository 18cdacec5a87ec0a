"""All projects, narrowed by status, region, year and funder."""

import datetime
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.listing import (
    ALL,
    asked,
    chosen,
    clear_url,
    live_below,
    narrow_by,
    paginate,
    with_pictures,
)
from sosbca.core.models import BasePage
from sosbca.core.regions import Region

from .funder import Funder
from .project_page import ProjectFunding, ProjectPage, ProjectStatus

PER_PAGE = 12


class ProjectIndexPage(BasePage):
    """Current and completed projects. Every filter is a plain link; the address is the state."""

    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["projects.ProjectPage"]
    template = "projects/project_index_page.html"

    class Meta:
        verbose_name = _("list of projects")
        verbose_name_plural = _("lists of projects")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        projects = live_below(self, ProjectPage)
        funders = list(Funder.objects.all())
        span = projects.aggregate(first=Min("starts_on__year"), last=Max("ends_on__year"))
        years = _years(span["first"], span["last"])
        state = {
            "status": chosen(request, "status", ProjectStatus.values),
            "region": chosen(request, "region", Region.values),
            "year": chosen(request, "year", years),
            "funder": chosen(request, "funder", [funder.code for funder in funders]),
        }
        filters: list[tuple[Any, str, list[tuple[str, Any]]]] = [
            (_("Status"), "status", ProjectStatus.choices),
            (_("Region"), "region", Region.choices),
            (_("Year"), "year", [(year, year) for year in years]),
            (_("Funder"), "funder", [(funder.code, funder.name()) for funder in funders]),
        ]
        choices = {name: [value for value, _words in options] for _label, name, options in filters}
        counts = _counts(projects, state, choices)
        context["filters"] = [
            narrow_by(label, name, state, options, counts[name], all_of=asked(request, ALL))
            for label, name, options in filters
        ]
        found = with_pictures(projects.filter(_fits(state))).order_by("-starts_on", "title", "pk")
        context["found"] = paginate(request, found, PER_PAGE)
        context["clear_url"] = clear_url(state)
        return context


def _years(first: int | None, last: int | None) -> list[str]:
    """The latest first. A slip of the keyboard must not make the list endless."""
    if first is None or last is None:
        return []
    this_year = timezone.localdate().year
    first, last = max(first, this_year - 50), min(last, this_year + 10)
    return [str(year) for year in range(last, first - 1, -1)]


def condition(name: str, value: str) -> Q:
    """What a choice of a filter asks of a project."""
    today = timezone.localdate()
    match name:
        case "status":
            return {
                ProjectStatus.PLANNED: Q(starts_on__gt=today),
                ProjectStatus.RUNNING: Q(starts_on__lte=today, ends_on__gte=today),
                ProjectStatus.COMPLETED: Q(ends_on__lt=today),
            }[ProjectStatus(value)]
        case "region":
            # A project without regions is for the whole of Latvia.
            return Q(regions__contains=f",{value},") | Q(regions="")
        case "year":
            year = int(value)
            return Q(
                starts_on__lte=datetime.date(year, 12, 31), ends_on__gte=datetime.date(year, 1, 1)
            )
        case "funder":
            paid = ProjectFunding.objects.filter(funder__code=value)
            return Q(pk__in=paid.values("page"))
    raise ValueError(f"unknown filter {name}")


def _fits(state: dict[str, str], without: str = "") -> Q:
    """What the filters ask of a project, but for one of them."""
    others = (condition(name, value) for name, value in state.items() if value and name != without)
    return reduce(and_, others, Q())


def _counts(
    projects: QuerySet[ProjectPage], state: dict[str, str], choices: dict[str, list[str]]
) -> dict[str, dict[str, int]]:
    """How many projects each choice of each filter would find, the other filters being as they
    are. One query."""
    wanted = {
        f"{name}_{number}": Count("pk", filter=_fits(state, without=name) & condition(name, value))
        for name, values in choices.items()
        for number, value in enumerate(values)
    }
    found = projects.order_by().aggregate(**wanted)
    return {
        name: {value: found[f"{name}_{number}"] for number, value in enumerate(values)}
        for name, values in choices.items()
    }

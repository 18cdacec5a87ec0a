"""Listings as each member of staff likes them: chosen columns, and views remembered by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from sosbca.users.models import User

from ..models import SavedView

COLUMNS: Final = "columns"
# What belongs to a moment, not to a way of looking.
PASSING: Final = ("p", "export", "_w_filter_fragment")
# What was searched for may be a donor's name, which nobody would find there to erase it.
NOT_REMEMBERED: Final = ("q",)
MAX_QUERY: Final = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that can be shown or hidden."""

    name: str
    label: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class RememberedView:
    pk: int
    name: str
    url: str
    is_current: bool


class KeepingInput(forms.TextInput):
    """The search field, with hidden ones for the chosen columns: a field of its own would get an
    icon and a label."""

    def __init__(self, chosen: Sequence[str], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.chosen = chosen

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        hidden = format_html_join(
            "",
            '<input type="hidden" name="{}" value="{}">',
            ((COLUMNS, name) for name in self.chosen),
        )
        return super().render(*args, **kwargs) + hidden


class ChoiceMixin:
    """For listings of Wagtail: `columns` in the query string names what is shown beside the first
    column, which leads to the row's page. `more_columns` are hidden until they are chosen."""

    more_columns: tuple[Column, ...] = ()
    results_template_name: Any = "donations/admin/listing_results.html"
    request: HttpRequest
    index_url: str
    index_url_name: Any

    @cached_property
    def offered_columns(self) -> list[Column]:
        listed = super().columns  # type: ignore[misc]
        return [*listed, *self.more_columns]

    @cached_property
    def columns(self) -> list[Column]:
        chosen = self.chosen_columns
        first, *others = self.offered_columns
        return [first, *(column for column in others if column.name in chosen)]

    @cached_property
    def chosen_columns(self) -> set[str]:
        """What the query string names, or all that is shown by default."""
        known = {column.name for column in self.offered_columns[1:]}
        chosen = known & set(self.request.GET.getlist(COLUMNS))
        return chosen or known - {column.name for column in self.more_columns}

    def get_valid_orderings(self) -> list[str]:
        # A hidden column still orders.
        keys = [column.sort_key for column in self.offered_columns if column.sort_key]
        return [*keys, *(f"-{key}" for key in keys)]

    @property
    def listing_name(self) -> str:
        return str(self.index_url_name).partition(":")[0]

    @cached_property
    def current_query(self) -> QueryDict:
        query = self.request.GET.copy()
        for name in PASSING:
            query.pop(name, None)
        return query

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        query = self.current_query
        encoded = query.urlencode()
        kept = [
            (name, value)
            for name in query
            if name != COLUMNS
            for value in query.getlist(name)
            if value
        ]
        return context | {
            "choices": [
                Choice(column.name, str(column.label), column.name in self.chosen_columns)
                for column in self.offered_columns[1:]
            ],
            "chosen": query.getlist(COLUMNS),
            "kept": kept,
            "current_query": encoded,
            "remembered": [
                RememberedView(
                    view.pk, view.name, f"{self.index_url}?{view.query}", view.query == encoded
                )
                for view in self._views()
            ],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember the view that the form describes, or forget one."""
        if "forget" in request.POST:
            return self._forget(request)
        return self._remember(request)

    def _views(self) -> Any:
        return SavedView.objects.filter(
            user=cast(User, self.request.user), listing=self.listing_name
        )

    def _remember(self, request: HttpRequest) -> HttpResponse:
        query = QueryDict(request.POST.get("query", "")[:MAX_QUERY], mutable=True)
        for name in PASSING:
            query.pop(name, None)
        address = f"{self.index_url}?{query.urlencode()}"
        for name in NOT_REMEMBERED:
            query.pop(name, None)
        name = " ".join(request.POST.get("name", "").split())
        view = SavedView(
            user=cast(User, request.user), listing=self.listing_name, name=name, query="-"
        )
        try:
            view.clean_fields(exclude=["user"])
        except ValidationError:
            messages.error(request, _("Give the view a name of up to 60 characters."))
        else:
            SavedView.objects.update_or_create(
                user=view.user,
                listing=view.listing,
                name=name,
                defaults={"query": query.urlencode()},
            )
            messages.success(request, _("The view “%(name)s” is remembered.") % {"name": name})
        return redirect(address)

    def _forget(self, request: HttpRequest) -> HttpResponse:
        pk = request.POST["forget"]
        gone, _each = self._views().filter(pk=pk if pk.isdecimal() else 0).delete()
        if gone:
            messages.success(request, _("The view is forgotten."))
        return redirect(self.index_url)

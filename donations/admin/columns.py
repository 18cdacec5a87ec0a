"""Columns of the listings."""

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from . import wording


class MoneyColumn(Column):
    """An amount of cents, as money in the admin's language."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, classname="giving-money", **kwargs)

    def get_value(self, instance: Any) -> str:
        return wording.money(super().get_value(instance))


class MomentColumn(Column):
    """Day and minute in local time."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, classname="giving-moment", **kwargs)

    def get_value(self, instance: Any) -> str:
        return wording.moment(super().get_value(instance))


class DayColumn(Column):
    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, classname="giving-moment", **kwargs)

    def get_value(self, instance: Any) -> str:
        return wording.day(super().get_value(instance))


class StateColumn(Column):
    """A state in words, coloured by its tone. `state` gets the bare state of a row."""

    cell_template_name = "donations/admin/state_cell.html"

    def __init__(self, name: str, *, state: Any, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.state = state

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        context = super().get_cell_context_data(instance, parent_context)
        state = self.state(instance)
        context["tone"] = wording.tone(state) if state else ""
        return context


def status_column(state: Callable[[Any], str] = attrgetter("status")) -> StateColumn:
    """A row's status. `state` gets what its tone goes by, where that is not the bare status."""
    return StateColumn("get_status_display", label=_("Status"), sort_key="status", state=state)


class LinkColumn(TitleColumn):
    """The column that names a row and leads to its details."""

    def __init__(self, name: str, namespace: str, **kwargs: Any) -> None:
        super().__init__(name, url_name=f"{namespace}:inspect", **kwargs)


class TypeColumn(LinkColumn):
    """A long name of dots and underscores, such as ``invoice.payment_failed``, which may go on in
    the next line after each of them."""

    def get_value(self, instance: Any) -> str:
        parts = re.findall(r"[^._]*[._]?", str(super().get_value(instance)))
        return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts if part))

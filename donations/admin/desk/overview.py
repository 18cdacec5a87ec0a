"""The overview: how giving goes, drawn and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from sosbca.core.charts import Chart, Row, bar_chart, line_chart
from sosbca.core.text import month_name

from ... import figures
from ...figures import MonthCount, Period
from ...models import Donation, LedgerEntry, Pledge
from ...models.choices import Frequency
from .. import wording
from ..policies import may

DEFAULT: Final = "12"
MONTHS: Final = (6, 12, 24, 36)
YEARS: Final = 6
TOP_FUNDS: Final = 8


@dataclass(frozen=True, slots=True)
class Table:
    headings: Sequence[str]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its title, the unit of its figures, and its table."""

    title: str
    unit: str
    chart: Chart
    table: Table


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the day."""

    label: str
    value: str
    note: str = ""


class OverviewView(WagtailAdminTemplateMixin, TemplateView):
    """For who may see donations, pledges and their money."""

    page_title = gettext_lazy("Overview of giving")  # type: ignore[assignment]
    template_name = "donations/admin/overview.html"
    header_icon = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen, period = chosen_period(self.request.GET.get("period", ""))
        given = figures.giving(period, wording.language())
        return super().get_context_data(**kwargs) | {
            "periods": [(value, words, value == chosen) for value, words in periods()],
            "tiles": tiles(given.months),
            "drawings": drawings(period, given),
            "goals": [
                (goal, wording.money(goal.cents), wording.money(goal.goal_cents))
                for goal in figures.goals(wording.language())
            ],
        }


def may_look(user: Any) -> bool:
    return all(may(user, model) for model in (Donation, LedgerEntry, Pledge))


def periods() -> list[tuple[str, str | Promise]]:
    """What can be chosen: some months that end today, or a year."""
    this = timezone.localdate().year
    recent = [(str(count), _("Last %(count)s months") % {"count": count}) for count in MONTHS]
    return [*recent, *((str(year), str(year)) for year in range(this, this - YEARS, -1))]


def chosen_period(text: str) -> tuple[str, Period]:
    if text not in {value for value, _words in periods()}:
        text = DEFAULT
    number = int(text)
    return text, Period.last(number) if number in MONTHS else Period.year(number)


def tiles(months: Sequence[figures.MonthGiving]) -> list[Tile]:
    total, gifts = sum(m.total_cents for m in months), sum(m.gifts for m in months)
    now = figures.pledges_now()
    return [
        Tile(_("Given in the period, after refunds"), wording.money(total)),
        Tile(
            _("Gifts"),
            str(gifts),
            _("%(amount)s each on average") % {"amount": wording.money(total // gifts)}
            if gifts
            else "",
        ),
        Tile(
            _("Running recurring gifts"),
            str(now.active),
            _("of them paused: %(paused)s, with a failed payment: %(failed)s")
            % {"paused": now.paused, "failed": now.past_due},
        ),
        Tile(_("Their value in a month"), wording.money(now.monthly_cents)),
    ]


def drawings(period: Period, given: figures.Giving) -> list[Drawing]:
    payments = figures.payments(period)
    return [
        by_month(given.months),
        by_frequency(given.months),
        counted(
            _("Recurring gifts gained"), _("begun in the month"), figures.pledges_gained(period)
        ),
        counted(_("Recurring gifts lost"), _("ended in the month"), figures.pledges_lost(period)),
        payments_drawing(_("Failed payments"), "failed", payments),
        payments_drawing(_("Recovered payments"), "recovered", payments),
        *funds(given.funds[:TOP_FUNDS]),
    ]


def by_month(months: Sequence[figures.MonthGiving]) -> Drawing:
    rows = [Row(month_words(m.month), euro(m.total_cents)) for m in months]
    words = [str(label) for _value, label in Frequency.choices]
    table = Table(
        [_("Month"), *words, _("In all"), _("Gifts")],
        [
            (
                month_words(m.month),
                *(wording.money(m.cents[value]) for value in Frequency.values),
                wording.money(m.total_cents),
                str(m.gifts),
            )
            for m in months
        ],
    )
    return Drawing(
        _("Giving by month"), _("€, after refunds"), line_chart(rows, wording.language()), table
    )


def by_frequency(months: Sequence[figures.MonthGiving]) -> Drawing:
    sums = [(str(label), sum(m.cents[value] for m in months)) for value, label in Frequency.choices]
    return _bars(_("Giving by frequency"), _("Frequency"), sums)


def funds(top_funds: Sequence[figures.FundGiving]) -> list[Drawing]:
    top = [(fund.name, fund.cents) for fund in top_funds]
    return [_bars(_("Funds that got most"), _("Fund"), top)] if top else []


def counted(title: str, unit: str, months: Sequence[MonthCount]) -> Drawing:
    rows = [Row(month_words(m.month), Decimal(m.count)) for m in months]
    table = Table([_("Month"), _("Count")], [(month_words(m.month), str(m.count)) for m in months])
    return Drawing(title, unit, line_chart(rows, wording.language()), table)


def payments_drawing(title: str, name: str, months: Sequence[figures.MonthPayments]) -> Drawing:
    rows = [Row(month_words(m.month), Decimal(getattr(m, name))) for m in months]
    table = Table(
        [_("Month"), _("Made"), _("Of them after a failed try"), _("Failed")],
        [(month_words(m.month), str(m.made), str(m.recovered), str(m.failed)) for m in months],
    )
    unit = _("due payments of recurring gifts")
    return Drawing(title, unit, line_chart(rows, wording.language()), table)


def _bars(title: str, heading: str, sums: Sequence[tuple[str, int]]) -> Drawing:
    rows = [Row(name, euro(cents)) for name, cents in sums]
    table = Table([heading, _("In all")], [(name, wording.money(cents)) for name, cents in sums])
    return Drawing(title, _("€, after refunds"), bar_chart(rows, wording.language()), table)


def euro(cents: int) -> Decimal:
    """Whole euro for a drawing, which knows nothing below zero; the table has the exact sums."""
    return Decimal(max(0, cents)).scaleb(-2).quantize(Decimal(1))


def month_words(month: date) -> str:
    """Short, so that many fit below a line: Nov 2026 or 11.2026."""
    if wording.language() == "en":
        return f"{month_name(month.month, 'en')[:3]} {month.year}"
    return f"{month.month:02}.{month.year}"

"""The pages about one payout, one comparison of the books, or one import."""

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from ...models import Difference, Import, LedgerEntry, Payout, Reconciliation
from ...queries import sums_by_payout
from .. import wording
from ..detail_base import DetailView, Fact
from .listings import about, donation_url, settled_state, settled_words

# Rows of a table on one page.
ROWS = 50


def payout_url(payout: Payout) -> str:
    """The payout in Stripe's own dashboard."""
    mode = "" if payout.is_live else "test/"
    return f"https://dashboard.stripe.com/{mode}payouts/{payout.reference}"


class PayoutDetail(DetailView):
    template_name = "donations/admin/books/payout.html"

    def get_page_subtitle(self) -> str:
        return wording.money(self.object.amount_cents)

    def facts(self) -> list[Fact]:
        payout: Payout = self.object
        return [
            Fact(
                label=_("Status"),
                value=payout.get_status_display(),
                tone=wording.tone(f"payout-{payout.status}"),
            ),
            Fact(label=_("Amount"), value=wording.money(payout.amount_cents)),
            Fact(
                label=_("By our ledger"),
                value=settled_words(payout),
                tone=wording.tone(settled_state(payout)),
            ),
            Fact(label=_("Reconciled"), value=wording.moment(payout.settled_at)),
            Fact(label=_("Created"), value=wording.moment(payout.created_at)),
            Fact(label=_("Arrives"), value=wording.day(payout.arrives_on)),
            Fact(label=_("Payout"), value=payout.reference, url=payout_url(payout), is_code=True),
            Fact(label=_("Real money"), value=_("Yes") if payout.is_live else _("No, a test")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        payout: Payout = self.object
        sums = sums_by_payout([payout])[payout]
        entries = payout.entries.exclude(kind=LedgerEntry.Kind.PAYOUT)
        page = _page(self, entries.select_related("donation__donor"))
        context |= {
            "sums": [
                (_("Gifts"), wording.money(sums.given_cents)),
                (_("Refunds and disputes"), wording.money(sums.returned_cents)),
                (_("Fees"), wording.money(sums.fees_cents)),
                (_("Movements of the account"), wording.money(sums.account_cents)),
            ],
            "total": wording.money(sums.total_cents),
            "missing": wording.money(payout.amount_cents - sums.total_cents),
            "is_complete": payout.amount_cents == sums.total_cents,
            "has_failed": payout.status == Payout.Status.FAILED,
            "page": page,
            "entries": [
                (
                    entry,
                    wording.moment(entry.occurred_at),
                    about(entry),
                    donation_url(entry),
                    wording.money(entry.amount_cents),
                )
                for entry in page
            ],
        }
        if self.may(LedgerEntry):
            address = reverse("giving_ledger:index")
            context["ledger_url"] = f"{address}?payout={payout.reference}"
        return context


class ReconciliationDetail(DetailView):
    template_name = "donations/admin/books/reconciliation.html"

    def get_page_subtitle(self) -> str:
        return wording.moment(self.object.started_at)

    def facts(self) -> list[Fact]:
        run: Reconciliation = self.object
        return [
            Fact(label=_("Status"), value=run.get_status_display(), tone=wording.tone(run.status)),
            Fact(label=_("Movements compared"), value=str(run.checked)),
            Fact(label=_("Balance at the payment company"), value=wording.money(run.theirs_cents)),
            Fact(label=_("Balance in our ledger"), value=wording.money(run.ours_cents)),
            Fact(label=_("Started"), value=wording.moment(run.started_at)),
            Fact(label=_("Finished"), value=wording.moment(run.finished_at)),
            Fact(label=_("Error"), value=run.error, is_code=True),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        run: Reconciliation = self.object
        may_repair = self.may(Reconciliation, "repair")
        differences = run.differences.select_related("donation__donor")
        page = _page(self, differences.order_by("pk"))
        context |= {
            "run": run,
            "is_running": run.status in {"waiting", "running"},
            "page": page,
            "rows": [self._row(difference, may_repair=may_repair) for difference in page],
            "open_count": differences.filter(repaired_at=None).count(),
            "start_url": reverse("giving_reconciliations:start") if may_repair else "",
        }
        return context

    def _row(self, difference: Difference, *, may_repair: bool) -> dict[str, Any]:
        can = difference.repaired_at is None and difference.repair != Difference.Repair.ASK
        address = reverse("giving_reconciliations:repair", args=[self.object.pk, difference.pk])
        return {
            "difference": difference,
            "when": wording.moment(difference.occurred_at),
            "theirs": wording.money(difference.theirs_cents),
            "ours": wording.money(difference.ours_cents),
            "donation_url": self.link_to(difference.donation, "giving_donations"),
            "repaired": wording.moment(difference.repaired_at),
            "repair_url": address if can and may_repair else "",
        }


class ImportDetail(DetailView):
    template_name = "donations/admin/books/import.html"
    related = ("fund",)

    def get_page_subtitle(self) -> str:
        return wording.moment(self.object.started_at)

    def facts(self) -> list[Fact]:
        run: Import = self.object
        is_done = run.status == Import.Status.DONE
        return [
            Fact(
                label=_("Status"),
                value=run.get_status_display(),
                tone=wording.tone(f"import-{run.status}"),
            ),
            Fact(label=_("Stage"), value="" if is_done else run.get_stage_display()),
            Fact(label=_("Fund"), value=run.fund.name()),
            Fact(label=_("Pledges"), value=str(run.pledges)),
            Fact(label=_("Donations"), value=str(run.donations)),
            Fact(label=_("Left out"), value=str(run.skipped)),
            Fact(label=_("Started"), value=wording.moment(run.started_at)),
            Fact(label=_("Last progress"), value=wording.moment(run.active_at)),
            Fact(label=_("Finished"), value=wording.moment(run.finished_at)),
            Fact(label=_("Error"), value=run.error, is_code=True),
        ]


def _page(view: DetailView, rows: Any) -> Any:
    return Paginator(rows, ROWS).get_page(view.request.GET.get("p"))

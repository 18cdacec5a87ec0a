"""What a donor chooses about a pledge and the payment company has no say in."""

from django.db import transaction

from ..models import Fund, Pledge
from ..models.choices import ReceiptPreference
from . import company_records, mail
from .audit import record
from .wishes import NotPossible


@transaction.atomic
def choose(
    pledge: Pledge, *, fund: Fund | None = None, receipts: str = "", language: str = ""
) -> bool:
    """Change what the pledge is for, how its receipts come, and the language of what comes of it;
    what is not given stays. Tell the donor of fund and receipts.

    Return whether anything has changed: the same choice again changes nothing and tells nobody.
    Raise NotPossible when the pledge has ended.
    """
    rows = Pledge.objects.select_for_update(of=("self",)).select_related("fund", "campaign")
    locked = rows.get(pk=pledge.pk)
    if not locked.is_running:
        raise NotPossible
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    if fund and fund.pk != locked.fund_id:
        words = language or locked.language
        before["fund"], after["fund"] = locked.fund.name(words), fund.name(words)
        locked.fund = fund
        if locked.campaign and locked.campaign.fund_id != fund.pk:
            # A campaign collects for one fund.
            locked.campaign = None
    if receipts and receipts != locked.receipts:
        if receipts not in ReceiptPreference.values:
            raise ValueError(receipts)
        before["receipts"], after["receipts"] = locked.receipts, receipts
        locked.receipts = receipts
    changed_language = bool(language) and language != locked.language
    if changed_language:
        locked.language = language
    if not after and not changed_language:
        return False
    what = ", ".join(sorted([*after, *(["language"] if changed_language else [])]))
    record(locked, "pledge.changed", what=what)
    if after:
        mail.promise(
            "pledge_changed",
            f"pledge-changed-{locked.public_id}-{locked.version}",
            pledge=locked,
            facts={"before": before, "after": after},
        )
    if "fund" in after or changed_language:
        company_records.mark_pledge(locked)
    # A picture that was fetched before this change must not be applied over it.
    locked.version += 1
    locked.save()
    return True

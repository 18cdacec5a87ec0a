"""What finance writes about a fund."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Fund
from ..services import company_records
from .writing import DeleteUnused, WrittenForm


class FundForm(WrittenForm):
    instance: Fund

    class Meta:
        model = Fund
        fields = (
            "code",
            "name_lv",
            "name_en",
            "purpose_lv",
            "purpose_en",
            "is_open",
            "position",
        )

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        if commit and {"name_lv", "name_en"} & set(self.changed_data):
            company_records.mark_fund(self.instance)
        return saved


class FundDelete(DeleteUnused):
    refusal = _(
        "“%(name)s” has gifts and can’t be deleted. Close it for gifts instead: untick “open for "
        "gifts”."
    )

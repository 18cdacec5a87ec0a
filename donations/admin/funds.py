"""What finance writes about a fund."""

from django.utils.translation import gettext_lazy as _

from ..models import Fund
from .writing import DeleteUnused, WrittenForm


class FundForm(WrittenForm):
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


class FundDelete(DeleteUnused):
    refusal = _(
        "“%(name)s” has gifts and can’t be deleted. Close it for gifts instead: untick “open for "
        "gifts”."
    )

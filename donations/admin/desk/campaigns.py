"""What staff write about a campaign."""

from django.utils.translation import gettext_lazy as _

from ...models import Campaign
from ..writing import DeleteUnused, WrittenForm


class CampaignForm(WrittenForm):
    fixed = ("code", "fund")

    class Meta:
        model = Campaign
        fields = (
            "code",
            "name_lv",
            "name_en",
            "fund",
            "goal_cents",
            "starts_on",
            "ends_on",
            "end_note_lv",
            "end_note_en",
        )


class CampaignDelete(DeleteUnused):
    refusal = _("“%(name)s” is in use and can’t be deleted. Give it a last day instead.")

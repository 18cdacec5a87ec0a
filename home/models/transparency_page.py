"""What came in and for what, straight from the ledger, and the reports."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from donations import queries
from home.blocks import page_blocks
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage
from sosbca.core.privacy import public

from .publication_pages import PublicationKind, PublicationPage


class TransparencyPage(BasePage):
    """Gifts by year and fund, net of refunds, as the ledger holds them at this moment."""

    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "home/transparency_page.html"

    class Meta:
        verbose_name = _("transparency page")
        verbose_name_plural = _("transparency pages")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        reports = public(PublicationPage.objects.live()).filter(
            locale_id=self.locale_id, kind=PublicationKind.REPORT
        )
        return {
            **super().get_context(request, *args, **kwargs),
            "years": queries.raised_by_year_and_fund(),
            "as_of": timezone.now(),
            "is_sample": settings.IS_DEMO,
            "reports": reports.select_related("file").order_by("-published_on", "title"),
        }

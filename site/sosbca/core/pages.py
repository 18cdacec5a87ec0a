"""What every page of the site has in common."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from .fields import BlockField
from .links import announce_links, counterparts


class BasePage(Page):
    """The abstract parent of all page types."""

    introduction = models.TextField(
        _("introduction"),
        blank=True,
        max_length=600,
        help_text=_("One or two sentences below the title; also shown in lists."),
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if request is not None:
            # What surrounds the page (navigation, language switch) starts from it.
            request.shown_page = self  # type: ignore[attr-defined]
            counterparts(request).announce([self])
            fields = (field for field in self._meta.fields if isinstance(field, BlockField))
            announce_links((getattr(self, field.name) for field in fields), request)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context

    @property
    def description(self) -> str:
        """What search engines and social networks show of the page."""
        return self.search_description or self.introduction

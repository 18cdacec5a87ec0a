"""Books, reports and brochures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from stdnum import isbn
from stdnum.exceptions import ValidationError as NumberError
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.blocks import RICH_TEXT_FEATURES
from sosbca.core.fields import BlockField
from sosbca.core.listing import chosen, clear_url, live_below, narrow_by
from sosbca.core.models import BasePage


class PublicationKind(models.TextChoices):
    BOOK = "book", _("book")
    REPORT = "report", _("report")
    BROCHURE = "brochure", _("brochure")


def validate_isbn(value: str) -> None:
    """Check length and check digit of ISBN-10 and ISBN-13 (ISO 2108)."""
    try:
        isbn.validate(value)
    except NumberError as error:
        raise ValidationError(_("This is not a valid ISBN."), code="invalid_isbn") from error


class PublicationPage(BasePage):
    """Something to read: who made it, for whom, and where to get it."""

    kind = models.CharField(_("kind"), max_length=20, choices=PublicationKind)
    published_on = models.DateField(_("came out on"))
    authors = models.CharField(_("authors"), max_length=250, blank=True)
    publisher = models.CharField(_("publisher"), max_length=160, blank=True)
    audience = models.CharField(_("for whom"), max_length=250, blank=True)
    number_of_pages = models.PositiveSmallIntegerField(
        _("number of pages"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    isbn = models.CharField(_("ISBN"), max_length=20, blank=True, validators=[validate_isbn])
    cover = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("cover"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    file = models.ForeignKey(
        "core.CustomDocument",
        verbose_name=_("file"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    where_to_get = RichTextField(
        _("where to get it"), blank=True, features=RICH_TEXT_FEATURES, max_length=2000
    )
    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("published_on")]),
                FieldPanel("authors"),
                FieldPanel("publisher"),
                FieldPanel("audience"),
                FieldRowPanel([FieldPanel("number_of_pages"), FieldPanel("isbn")]),
                FieldPanel("cover"),
                FieldPanel("file"),
                FieldPanel("where_to_get"),
            ],
            heading=_("The publication in short"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("authors"),
        index.SearchField("audience"),
        index.SearchField("isbn"),
        index.SearchField("where_to_get"),
        index.SearchField("body"),
    ]
    search_kind = ("publications", _("Publications"))
    facts = ("kind", "published_on", "number_of_pages", "isbn", "cover", "file")

    joined = (*BasePage.joined, "cover", "file")

    parent_page_types = ["home.PublicationIndexPage"]
    subpage_types: list[str] = []
    template = "home/publication_page.html"

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")


class PublicationIndexPage(BasePage):
    """All publications, the newest first, narrowed by kind."""

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["home.PublicationPage"]
    template = "home/publication_index_page.html"

    class Meta:
        verbose_name = _("list of publications")
        verbose_name_plural = _("lists of publications")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        publications = list(
            live_below(self, PublicationPage)
            .select_related("file")
            .prefetch_related("cover__renditions", "picture__renditions")
            .order_by("-published_on", "title")
        )
        state = {"kind": chosen(request, "kind", PublicationKind.values)}
        counts = {
            kind: sum(publication.kind == kind for publication in publications)
            for kind in PublicationKind.values
        }
        context["filters"] = [narrow_by(_("Kind"), "kind", state, PublicationKind.choices, counts)]
        context["found"] = [
            publication
            for publication in publications
            if not state["kind"] or publication.kind == state["kind"]
        ]
        context["clear_url"] = clear_url(state)
        return context

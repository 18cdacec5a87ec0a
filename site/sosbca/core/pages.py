"""What every page of the site has in common."""

import re
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from . import consent
from .fields import BlockField
from .illustrations import illustration_choices
from .links import announce_links, counterparts
from .page_cache import Group, changed
from .page_forms import PageForm
from .privacy import nothing_is_private

#: What no text shows and XML does not allow, such as the soft line breaks of word processors. Ends
#: of lines (a browser sends two signs for one) and tabs stay.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def without_control_characters(text: str) -> str:
    """The text with a space for each character that only steers a machine."""
    return _CONTROL.sub(" ", text)


class BasePage(Page):
    """The abstract parent of all page types."""

    introduction = models.TextField(
        _("introduction"),
        blank=True,
        max_length=600,
        help_text=_("One or two sentences below the title; also shown in lists."),
    )

    picture = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("At the top of the page, in lists, and where the page is shared."),
    )
    illustration = models.CharField(
        _("drawing"),
        max_length=30,
        blank=True,
        choices=illustration_choices,
        help_text=_("Stands in for a picture."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("illustration")],
            heading=_("Picture"),
            classname="collapsed",
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    base_form_class: Any = PageForm
    # Names of fields that are facts: the same in both languages, and changed only at the source.
    facts: ClassVar[tuple[str, ...]] = ()
    # Rows that every showing of the page needs, fetched with it.
    joined: ClassVar[tuple[str, ...]] = ("locale", "picture")

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "override_translatable_fields" not in cls.__dict__:
            cls.override_translatable_fields = [  # type: ignore[attr-defined]
                SynchronizedField(name, overridable=False)
                for name in ("picture", "illustration", *cls.facts)
            ]

    def clean(self) -> None:
        super().clean()
        # Wagtail copies the title for its lists before it comes here.
        for name in ("title", "draft_title", "introduction"):
            # Also asked for what failed its own check.
            setattr(self, name, without_control_characters(getattr(self, name) or ""))

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Raise PictureWithoutConsentError for a live page with a picture that may not be shown."""
        if self.live and kwargs.get("update_fields") is None:
            consent.require(self)
        return super().save(*args, **kwargs)

    def _update_descendant_url_paths(self, old_url_path: str, new_url_path: str) -> None:
        super()._update_descendant_url_paths(old_url_path, new_url_path)  # type: ignore[misc]
        # Written by SQL, in pages of any type.
        changed(Group.CONTENT)

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        try:
            with transaction.atomic():
                return super().publish(revision, *args, **kwargs)
        except consent.PictureWithoutConsentError as refusal:
            if kwargs.get("log_action") != "wagtail.publish.scheduled":
                raise
            # The other pages whose time has come are published all the same.
            return consent.refuse_schedule(revision, refusal)

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if request is not None:
            # What surrounds the page (navigation, language switch) starts from it.
            request.shown_page = self  # type: ignore[attr-defined]
            counterparts(request).announce([self])
            fields = (field for field in self._meta.fields if isinstance(field, BlockField))
            announce_links((getattr(self, field.name) for field in fields), request)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context

    def get_view_restrictions(self) -> Any:
        """Asked for every page that is shown; two queries less where nothing is private."""
        if nothing_is_private():
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    @property
    def description(self) -> str:
        """What search engines and social networks show of the page."""
        return self.search_description or self.introduction

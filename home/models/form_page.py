"""Forms that staff build themselves: contact, report a concern."""

from typing import Any, cast

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm
from wagtail.contrib.forms.models import AbstractFormField, FormMixin, validate_to_address
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from home.blocks import page_blocks
from home.forms.building import SiteForm, SiteFormBuilder
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage
from sosbca.core.page_forms import ConsentFormMixin
from sosbca.users.models import User

from .form_entry import FormEntry

READ_CONFIDENTIAL = "home.view_confidential_entries"
# Names under which entries keep what is not an answer, and that of the trap.
RESERVED_NAMES = {"submit_time", "reference", "is_suspect", "website"}


class FormPageForm(ConsentFormMixin, WagtailAdminFormPageForm):
    """Wagtail's checks of the fields, and those of every page's editor."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[no-untyped-call]
        page = self.instance
        user = cast("User | None", self.for_user)
        may_read = user is None or user.has_perm(READ_CONFIDENTIAL)
        if page.pk and not may_read and page.is_any_version_confidential():
            # Whoever could add an address here would read what came in.
            saved = FormPage.objects.get(pk=page.pk)
            for name in ("recipients", "kept_months"):
                if name in cleaned and cleaned[name] != getattr(saved, name):
                    self.add_error(name, _("Only those who read the entries may change this."))
        return cleaned


class FormPage(FormMixin, BasePage):  # type: ignore[misc]
    """A form, what is said after it, who is told, and for how long its entries are kept."""

    body = BlockField(page_blocks(), verbose_name=_("content above the form"), blank=True)
    thanks_heading = models.CharField(_("heading"), max_length=120)
    thanks_text = models.TextField(
        _("text"), blank=True, max_length=600, help_text=_("What happens next, and when.")
    )
    recipients = models.CharField(
        _("who is told"),
        max_length=255,
        blank=True,
        validators=[validate_to_address],
        help_text=_("E-mail addresses with commas between them."),
    )
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("The mail says only that something came in; few may read the entries."),
    )
    kept_months = models.PositiveSmallIntegerField(
        _("months that entries are kept"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    content_panels = [
        FormSubmissionsPanel(),
        *BasePage.content_panels,
        FieldPanel("body"),
        InlinePanel("form_fields", label=_("field"), heading=_("Fields of the form")),
        MultiFieldPanel(
            [FieldPanel("thanks_heading"), FieldPanel("thanks_text")],
            heading=_("After the form has been sent"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("recipients"),
                FieldPanel("kept_months"),
                FieldPanel("is_confidential", permission=READ_CONFIDENTIAL),
            ],
            heading=_("What becomes of entries"),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    facts = ("recipients", "is_confidential", "kept_months")

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "home/form_page.html"
    landing_page_template = "home/form_page_sent.html"
    form_builder = SiteFormBuilder
    base_form_class = FormPageForm

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        permissions = [("view_confidential_entries", "Can read entries of confidential forms")]

    def is_any_version_confidential(self) -> bool:
        """Whether this form, or the same in another language, is confidential."""
        versions = FormPage.objects.filter(translation_key=self.translation_key)
        return self.is_confidential or versions.filter(is_confidential=True).exists()

    def get_data_fields(self) -> list[tuple[str, Any]]:
        return [
            *super().get_data_fields(),
            ("reference", _("Reference")),
            ("is_suspect", _("Looks like spam")),
        ]

    def get_form(self, *args: Any, **kwargs: Any) -> SiteForm:
        return cast(SiteForm, super().get_form(*args, **kwargs))

    def get_submission_class(self) -> type[FormEntry]:
        return FormEntry

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Entries are taken by the services below, and a reload must not send the form again.
        from home.forms.views import show

        return show(self, request)

    def render_landing_page(
        self, request: HttpRequest, form_submission: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context = self.get_context(request)
        # A reference that is none of ours is not repeated.
        context["reference"] = FormEntry.readable_reference(request.GET.get("sent", ""))
        response = TemplateResponse(request, self.landing_page_template, context)
        add_never_cache_headers(response)
        return response


class FormField(TranslatableMixin, AbstractFormField):
    """One field. Its words are translated; what it asks for is the same in both languages."""

    page = ParentalKey(FormPage, on_delete=models.CASCADE, related_name="form_fields")

    translatable_fields = [
        # Entries of both languages keep their answers under one name.
        SynchronizedField("clean_name"),
        TranslatableField("label"),
        TranslatableField("help_text"),
        TranslatableField("choices"),
        TranslatableField("default_value"),
        SynchronizedField("field_type"),
        SynchronizedField("required"),
    ]

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        verbose_name = _("field")

    def get_field_clean_name(self) -> str:
        name = str(super().get_field_clean_name())
        return f"{name}_" if name in RESERVED_NAMES else name

    def __str__(self) -> str:
        return str(self.label)

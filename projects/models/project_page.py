"""One project: why, what, where, when, for how much, and who pays."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.fields import RichTextField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from projects.timeline import timeline_of
from sosbca.core.blocks import RICH_TEXT_FEATURES, content_blocks
from sosbca.core.fields import BlockField, CentsField, ChoiceSetField
from sosbca.core.links import counterparts
from sosbca.core.models import BasePage
from sosbca.core.regions import Region


class ProjectStatus(models.TextChoices):
    """Never typed: it follows from the dates."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    COMPLETED = "completed", _("completed")

    @classmethod
    def on(
        cls, day: datetime.date, starts_on: datetime.date, ends_on: datetime.date
    ) -> "ProjectStatus":
        if day < starts_on:
            return cls.PLANNED
        return cls.RUNNING if day <= ends_on else cls.COMPLETED


class ProjectPage(BasePage):
    """A piece of work with a beginning and an end. Facts are the same in both languages."""

    class TimelineOrder(models.TextChoices):
        NEWEST_FIRST = "newest", _("newest first")
        OLDEST_FIRST = "oldest", _("oldest first")

    aim = models.TextField(_("aim"), max_length=600)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"))
    budget_cents = CentsField(
        _("budget, €"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    regions = ChoiceSetField(
        _("regions"), choices=Region.choices, help_text=_("None: in the whole of Latvia.")
    )
    funding_notice = models.TextField(
        _("funders’ notice"),
        blank=True,
        max_length=800,
        help_text=_("Shown in place of the notices that stand with the funders."),
    )
    contact = models.ForeignKey(
        "core.Person",
        verbose_name=_("project lead"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    timeline_order = models.CharField(
        _("order of the timeline"),
        max_length=10,
        choices=TimelineOrder,
        default=TimelineOrder.OLDEST_FIRST,
    )
    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("aim"),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("budget_cents"),
                FieldPanel("regions"),
                FieldPanel("contact"),
            ],
            heading=_("The project in short"),
        ),
        MultiFieldPanel(
            [InlinePanel("funding", label=_("funder")), FieldPanel("funding_notice")],
            heading=_("Who pays"),
        ),
        InlinePanel("activities", label=_("activity"), heading=_("Activities")),
        FieldPanel("body"),
        InlinePanel("documents", label=_("document"), heading=_("Documents")),
        MultiFieldPanel(
            [
                FieldPanel("timeline_order"),
                InlinePanel(
                    "entries",
                    label=_("entry"),
                    help_text=_("News that refer to this project stand in the timeline anyway."),
                ),
            ],
            heading=_("Timeline"),
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("aim"),
        index.SearchField("body"),
        index.RelatedFields(
            "activities",
            [
                index.SearchField("title"),
                index.SearchField("aim"),
                index.SearchField("target_group"),
                index.SearchField("text"),
            ],
        ),
        index.RelatedFields("entries", [index.SearchField("title"), index.SearchField("text")]),
        index.FilterField("starts_on"),
        index.FilterField("ends_on"),
    ]
    search_kind = ("projects", _("Projects"))
    facts = (
        "starts_on",
        "ends_on",
        "budget_cents",
        "regions",
        "contact",
        "timeline_order",
        "documents",
    )

    joined = (*BasePage.joined, "contact__photo")

    parent_page_types = ["projects.ProjectIndexPage"]
    subpage_types: list[str] = []
    template = "projects/project_page.html"

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [models.Index(fields=["-starts_on"], name="project_starts")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")),
                name="project_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(budget_cents__isnull=True) | models.Q(budget_cents__gte=0),
                name="project_budget_not_negative",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        # A field that failed its own check is None here.
        days: tuple[datetime.date | None, ...] = (self.starts_on, self.ends_on)
        if None not in days and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The project can’t end before it begins.")})

    @property
    def status(self) -> ProjectStatus:
        return ProjectStatus.on(timezone.localdate(), self.starts_on, self.ends_on)

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        activities = list(self.activities.select_related("programme"))
        entries = list(self.entries.select_related("link"))
        if request is not None:
            counterparts(request).announce(
                [
                    *(activity.programme for activity in activities),
                    *(entry.link for entry in entries),
                ]
            )
        funding = list(
            self.funding.select_related("funder__logo").prefetch_related("funder__logo__renditions")
        )
        context["activities"] = activities
        context["funding"] = funding
        context["notices"] = self._notices(funding)
        context["timeline"] = timeline_of(self, entries)
        context["files"] = [row.document for row in self.documents.select_related("document")]
        return context

    def _notices(self, funding: list["ProjectFunding"]) -> list[str]:
        if self.funding_notice:
            return [self.funding_notice]
        # A funder that pays twice is thanked once.
        return list(dict.fromkeys(filter(None, (row.funder.notice() for row in funding))))


class ProjectFunding(TranslatableMixin, Orderable):
    """A link of the chain from the public purse to the project."""

    class Role(models.TextChoices):
        FINANCED_BY = "financed_by", _("financed by")
        FROM = "from", _("from the means of")
        PROGRAMME = "programme", _("programme")
        CO_FINANCED_BY = "co_financed_by", _("co-financed by")

    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="funding")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.FINANCED_BY)
    funder = models.ForeignKey(
        "projects.Funder", verbose_name=_("funder"), on_delete=models.PROTECT, related_name="+"
    )
    amount_cents = CentsField(
        _("amount, €"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    detail = models.CharField(
        _("detail"), max_length=200, blank=True, help_text=_("Such as the number of the agreement.")
    )

    panels = [
        FieldRowPanel([FieldPanel("role"), FieldPanel("funder")]),
        FieldRowPanel([FieldPanel("amount_cents"), FieldPanel("detail")]),
    ]
    translatable_fields = [
        SynchronizedField("role"),
        SynchronizedField("funder"),
        SynchronizedField("amount_cents"),
        TranslatableField("detail"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("funder")

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.funder}"


class ProjectActivity(TranslatableMixin, Orderable):
    """What is done in a project, for whom and why."""

    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="activities")
    title = models.CharField(_("title"), max_length=200)
    aim = models.TextField(_("aim"), blank=True, max_length=600)
    target_group = models.CharField(_("target group"), max_length=300, blank=True)
    text = RichTextField(_("text"), blank=True, features=RICH_TEXT_FEATURES, max_length=6000)
    programme = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("programme"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("A page that tells more, such as that of the programme."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("aim"),
        FieldPanel("target_group"),
        FieldPanel("text"),
        PageChooserPanel("programme"),
    ]
    translatable_fields = [
        TranslatableField("title"),
        TranslatableField("aim"),
        TranslatableField("target_group"),
        TranslatableField("text"),
        SynchronizedField("programme"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("activity")

    def __str__(self) -> str:
        return self.title


class ProjectEntry(TranslatableMixin, Orderable):
    """A dated line of the timeline that is no news of its own."""

    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="entries")
    date = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, max_length=600)
    link = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    panels = [
        FieldRowPanel([FieldPanel("date"), FieldPanel("title")]),
        FieldPanel("text"),
        PageChooserPanel("link"),
    ]
    translatable_fields = [
        SynchronizedField("date"),
        TranslatableField("title"),
        TranslatableField("text"),
        SynchronizedField("link"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("entry")

    def __str__(self) -> str:
        return self.title


class ProjectDocument(Orderable):
    """A file that belongs to a project."""

    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "core.CustomDocument",
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [FieldPanel("document")]

    class Meta(Orderable.Meta):
        verbose_name = _("document")

    def __str__(self) -> str:
        return str(self.document)

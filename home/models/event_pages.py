"""Events and training intakes, with a calendar file to take away."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.search import index

from home import sign_ups
from home.blocks import page_blocks
from home.calendars import calendar_file
from sosbca.core.fields import BlockField
from sosbca.core.links import counterparts
from sosbca.core.listing import live_below, paginate, with_pictures
from sosbca.core.models import BasePage
from sosbca.core.page_cache import fresh_until
from sosbca.core.towns import TOWN_CHOICES, TOWNS, Town

PAST_PER_PAGE = 12


class EventKind(models.TextChoices):
    INFORMATION_EVENING = "information-evening", _("information evening")
    TRAINING = "training", _("training intake")
    SUMMER_SCHOOL = "summer-school", _("summer school")
    CONFERENCE = "conference", _("conference")
    EVENT = "event", _("event")


class EventPage(RoutablePageMixin, BasePage):
    """When, where, for how many. Times are kept in UTC and shown in the site's time zone."""

    kind = models.CharField(_("kind"), max_length=30, choices=EventKind, default=EventKind.EVENT)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    is_online = models.BooleanField(
        _("online"), default=False, help_text=_("Takes place online, also or only.")
    )
    town = models.CharField(_("town"), max_length=20, choices=TOWN_CHOICES, blank=True)
    venue = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("Such as the house and the street.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("number of places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    takes_sign_ups = models.BooleanField(
        _("takes sign-ups"),
        default=False,
        help_text=_("Shows a form below; who signs up stands under Recruitment in the menu."),
    )
    sign_up_until = models.DateTimeField(
        _("sign-up until"),
        null=True,
        blank=True,
        help_text=_("When left empty: until the event begins."),
    )
    contact = models.ForeignKey(
        "core.Person",
        verbose_name=_("contact"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    programme = models.ForeignKey(
        "home.ProgrammePage",
        verbose_name=_("programme"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The programme whose intake this is; its page lists the coming ones."),
    )
    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("is_online"),
                FieldRowPanel([FieldPanel("town"), FieldPanel("venue")]),
                FieldPanel("capacity"),
                FieldRowPanel([FieldPanel("takes_sign_ups"), FieldPanel("sign_up_until")]),
                FieldPanel("contact"),
                PageChooserPanel("programme", "home.ProgrammePage"),
            ],
            heading=_("When and where"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("venue"),
        index.SearchField("get_town_display"),
        index.SearchField("body"),
    ]
    search_kind = ("events", _("Events"))
    facts = (
        "kind",
        "starts_at",
        "ends_at",
        "is_online",
        "town",
        "capacity",
        "takes_sign_ups",
        "sign_up_until",
        "contact",
        "programme",
    )

    joined = (*BasePage.joined, "contact__photo")

    parent_page_types = ["home.EventIndexPage"]
    subpage_types: list[str] = []
    template = "home/event_page.html"

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__lte=models.F("ends_at")),
                name="event_begins_before_it_ends",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        # A field that failed its own check is None here.
        times: tuple[datetime.datetime | None, ...] = (self.starts_at, self.ends_at)
        if None not in times and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("The event can’t end before it begins.")})
        until = self.sign_up_until
        if until is not None and times[0] is not None and until > times[0]:
            problem = _("The sign-up can’t end after the event has begun.")
            raise ValidationError({"sign_up_until": problem})
        if not self.is_online and not (self.town or self.venue):
            problem = _("Say where it takes place, or mark it as online.")
            raise ValidationError({"town": problem})

    @property
    def located(self) -> Town | None:
        return TOWNS.get(self.town)

    @property
    def is_past(self) -> bool:
        return self.ends_at < timezone.now()

    @property
    def is_one_day(self) -> bool:
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    @property
    def where(self) -> str:
        """Place and town in one line; empty when it is online only."""
        return ", ".join(filter(None, [self.venue, self.located.name if self.located else ""]))

    @path("calendar.ics/", name="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The event as a file that calendars take."""
        return calendar_file(f"{self.slug}.ics", [self])

    @path(pgettext_lazy("address", "sign-up/"), name="sign_up")  # type: ignore[arg-type]
    def sign_up(self, request: HttpRequest) -> HttpResponse:
        """Takes the form below the event."""
        return sign_ups.take(self, request)

    @path("sign-up/", name="sign_up_before")
    def sign_up_before(self, request: HttpRequest) -> HttpResponse:
        """The address until it was translated: pages that are open in browsers still send the
        form here, and what it holds goes along."""
        return HttpResponsePermanentRedirect(sign_ups.form_address(self), preserve_request=True)

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        fresh_until(self.ends_at)
        if request is not None:
            counterparts(request).announce([self.programme])
        return {
            **super().get_context(request, *args, **kwargs),
            **sign_ups.context_of(self, request),
            "calendar_url": f"{self.get_url(request)}calendar.ics",
        }


class EventIndexPage(RoutablePageMixin, BasePage):
    """Coming events in full, past ones by the page, and a calendar to subscribe to."""

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["home.EventPage"]
    template = "home/event_index_page.html"

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")

    def events(self) -> QuerySet[EventPage]:
        return live_below(self, EventPage)

    @staticmethod
    def coming(events: QuerySet[EventPage]) -> list[EventPage]:
        """Those that have not ended, the next one first."""
        events = events.filter(ends_at__gte=timezone.now())
        coming = list(with_pictures(events).order_by("starts_at", "pk"))
        for event in coming:
            fresh_until(event.ends_at)
        return coming

    @path("calendar.ics/", name="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """All coming events, for calendars that subscribe."""
        return calendar_file(f"{self.slug}.ics", self.coming(self.events()))

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        events = self.events()
        past = events.filter(ends_at__lt=timezone.now())
        return {
            **super().get_context(request, *args, **kwargs),
            "coming": self.coming(events),
            "past": paginate(
                request, with_pictures(past).order_by("-starts_at", "-pk"), PAST_PER_PAGE
            ),
            "calendar_url": f"{self.get_url(request)}calendar.ics",
        }

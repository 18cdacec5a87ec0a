"""What the page of patterns is filled with: what the site has, and figures of speech."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, get_page_models

from ..blocks.examples import Samples
from ..fields import BlockField
from ..regions import Region
from ..snippets import Fact, GlossaryTerm, Partner, Person, Testimonial
from ..towns import TOWNS, Town

ENOUGH = 6


def all_blocks() -> dict[str, blocks.Block]:
    """The blocks in the bodies of all page types, by their names."""
    fields = (
        field
        for model in get_page_models()
        for field in model._meta.get_fields()
        if isinstance(field, BlockField) and field.name == "body"
    )
    found: dict[str, blocks.Block] = {}
    for field in fields:
        found.update(field.stream_block.child_blocks)
    return found


def _keys(model: type[Model], **conditions: Any) -> list[int]:
    rows = model._default_manager.filter(**conditions).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:ENOUGH])


def samples_of_site(language: str) -> Samples:
    """The first of each kind that the site has. One query a kind."""
    live = {"live": True, "locale__language_code": language}
    documents = get_document_model()
    return Samples(
        language=language,
        keys={
            "page": _keys(Page, depth__gte=3, **live),
            "picture": _keys(get_image_model(), shows_children=False),
            "document": _keys(documents),
            "film": _keys(documents, file__endswith=".mp4"),
            "captions": _keys(documents, file__endswith=".vtt"),
            "person": _keys(Person),
            "partner": _keys(Partner),
            "fact": _keys(Fact),
            "term": _keys(GlossaryTerm),
            "testimonial": _keys(Testimonial),
            "donation_page": _keys(apps.get_model("home", "DonationPage"), **live),
        },
    )


@dataclass(frozen=True, slots=True)
class Place:
    title: str
    located: Town
    url: str = "#map"


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter, as a list page makes it."""

    value: str
    label: Any
    count: int
    is_current: bool = False
    url: str = "#filters"


class ExampleForm(forms.Form):
    """A form with what can be wrong in one."""

    required_css_class = "required"

    name = forms.CharField(label=_("Name and surname"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("We answer within two days."))
    words = forms.CharField(label=_("What would you like to tell us?"), widget=forms.Textarea)


def components(language: str) -> dict[str, Any]:
    """What the components other than blocks are shown with. No queries."""

    def say(latvian: str, english: str) -> str:
        return english if language == "en" else latvian

    form = ExampleForm({"name": "", "email": "anna@", "words": ""})
    form.is_valid()
    results: ResultPage[int] = Paginator(list(range(120)), 10).get_page(5)
    return {
        "places": [
            Place(
                say("Bērnu ciemats Valmierā", "Children’s village in Valmiera"), TOWNS["valmiera"]
            ),
            Place(say("Bērnu ciemats Īslīcē", "Children’s village in Īslīce"), TOWNS["islice"]),
            Place(say("Jauniešu māja Jelgavā", "Youth house in Jelgava"), TOWNS["jelgava"]),
            Place(say("Ģimenes centrs Jelgavā", "Family centre in Jelgava"), TOWNS["jelgava"]),
            Place(say("Birojs Rīgā", "Office in Rīga"), TOWNS["riga"]),
        ],
        "towns": [Choice("jelgava", TOWNS["jelgava"].name, 2)],
        "regions": [
            Choice(Region.RIGA, Region.RIGA.label, 1),
            Choice(Region.VIDZEME, Region.VIDZEME.label, 1),
            Choice(Region.ZEMGALE, Region.ZEMGALE.label, 3, is_current=True),
        ],
        "filters": [
            {
                "label": say("Statuss", "Status"),
                "choices": [
                    Choice("running", say("Notiek", "Running"), 3, is_current=True),
                    Choice("completed", say("Pabeigts", "Completed"), 12),
                    Choice("planned", say("Plānots", "Planned"), 0),
                ],
            },
            {
                "label": say("Gads", "Year"),
                "choices": [Choice(str(year), str(year), 4) for year in (2022, 2021, 2020)],
                "total": 14,
                "more_url": "?all=year",
            },
        ],
        "form": form,
        "results": results,
        "day": datetime.date(2022, 6, 21),
    }

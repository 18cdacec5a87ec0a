"""The drawings that editors choose from: name → file below `static/`, words for the editor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

DEFAULT = "house"

ILLUSTRATIONS: dict[str, tuple[str, Any]] = {
    "house": ("img/card-family.svg", _("House")),
    "bird": ("img/card-book.svg", _("Bird")),
    "clouds": ("img/card-projects.svg", _("Clouds")),
    "service-family": ("img/service-family.svg", _("Support for families")),
    "service-baby": ("img/service-baby.svg", _("A baby is born")),
    "service-youth": ("img/service-youth.svg", _("Young people")),
    "service-grief": ("img/service-grief.svg", _("In grief")),
    "service-training": ("img/service-training.svg", _("Training")),
    "service-advocacy": ("img/service-advocacy.svg", _("Speaking up for children")),
    "place-village": ("img/place-village.svg", _("Houses of a village")),
    "event": ("img/event.svg", _("Event")),
    "news": ("img/news.svg", _("News")),
    "search": ("img/search.svg", _("Search")),
    "summer-school": ("img/summer-school.svg", _("Summer school")),
    "way-foster": ("img/way-foster.svg", _("Foster family")),
    "way-crisis": ("img/way-crisis.svg", _("Crisis foster family")),
    "way-guardian": ("img/way-guardian.svg", _("Guardian")),
    "way-adopter": ("img/way-adopter.svg", _("Adoptive family")),
    "way-host": ("img/way-host.svg", _("Host family")),
    "way-parent": ("img/way-parent.svg", _("SOS parent")),
}


def illustration_choices() -> list[tuple[str, Any]]:
    """For the field of a page, a block or a form."""
    return [(name, words) for name, (_file, words) in ILLUSTRATIONS.items()]

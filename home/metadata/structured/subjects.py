"""What one kind of page is about."""

from functools import singledispatch

from django.utils import timezone
from django.utils.translation import override

from blog.models import ArticlePage
from home.metadata.descriptions import plain_text
from home.models import (
    DonationPage,
    EventPage,
    FaqPage,
    GlossaryPage,
    PlacePage,
    ProgrammePage,
    PublicationPage,
    ServicePage,
)
from home.models.place_pages import WHERE_CHILDREN_LIVE
from home.models.publication_pages import PublicationKind
from projects.models import ProjectPage
from sosbca.core.models import BasePage
from sosbca.core.regions import Region

from .parts import (
    LATVIA,
    Node,
    Shown,
    association_id,
    association_in_short,
    modified,
    picture_node,
    without_gaps,
)

# Search engines take no longer headlines. Characters.
LONGEST_HEADLINE = 110


@singledispatch
def subjects_of(page: BasePage, shown: Shown) -> list[Node]:
    """The things that a page is about, beside being a page; most are about nothing that
    schema.org has a word for. Another kind of page registers a function of its own."""
    return []


def _about(shown: Shown, kind: str, fragment: str) -> Node:
    """What every subject has."""
    return {
        "@type": kind,
        "@id": f"{shown.address}#{fragment}",
        "name": shown.page.title,
        "description": shown.description,
        "url": shown.address,
        "image": picture_node(shown.picture),
    }


def _regions(page: ServicePage | ProgrammePage | ProjectPage, shown: Shown) -> Node | list[Node]:
    if not page.regions:
        return LATVIA
    with override(shown.language):
        return [
            {"@type": "AdministrativeArea", "name": str(Region(code).label)}
            for code in page.regions
        ]


@subjects_of.register
def _article(page: ArticlePage, shown: Shown) -> list[Node]:
    return [
        without_gaps(
            _about(shown, "NewsArticle", "article")
            | {
                "headline": page.title[:LONGEST_HEADLINE],
                "datePublished": page.published_on.isoformat(),
                "dateModified": modified(page) or page.published_on.isoformat(),
                "inLanguage": shown.language,
                "author": association_in_short(shown),
                "publisher": association_in_short(shown),
                "mainEntityOfPage": {"@id": shown.address},
            }
        )
    ]


@subjects_of.register
def _event(page: EventPage, shown: Shown) -> list[Node]:
    somewhere = bool(page.town or page.venue)
    if page.is_online:
        mode = "MixedEventAttendanceMode" if somewhere else "OnlineEventAttendanceMode"
    else:
        mode = "OfflineEventAttendanceMode"
    places: list[Node] = []
    if somewhere:
        town = page.located.name if page.located else ""
        address = {"@type": "PostalAddress", "addressLocality": town, "addressCountry": "LV"}
        places.append(
            {"@type": "Place", "name": page.venue or town, "address": without_gaps(address)}
        )
    if page.is_online:
        places.append({"@type": "VirtualLocation", "url": shown.address})
    return [
        without_gaps(
            _about(shown, "Event", "event")
            | {
                # With the offset of the site's time zone, as the page says it.
                "startDate": timezone.localtime(page.starts_at).isoformat(timespec="minutes"),
                "endDate": timezone.localtime(page.ends_at).isoformat(timespec="minutes"),
                "eventStatus": "https://schema.org/EventScheduled",
                "eventAttendanceMode": f"https://schema.org/{mode}",
                "location": places[0] if len(places) == 1 else places,
                "maximumAttendeeCapacity": page.capacity,
                "organizer": association_in_short(shown),
                "inLanguage": shown.language,
            }
        )
    ]


@subjects_of.register
def _donation(page: DonationPage, shown: Shown) -> list[Node]:
    return [
        without_gaps(
            {
                "@type": "DonateAction",
                "@id": f"{shown.address}#donate",
                "name": page.title,
                "description": shown.description,
                "recipient": association_in_short(shown),
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": shown.address,
                    "inLanguage": shown.language,
                },
            }
        )
    ]


PUBLICATIONS = {
    PublicationKind.BOOK: "Book",
    PublicationKind.REPORT: "Report",
    PublicationKind.BROCHURE: "CreativeWork",
}


@subjects_of.register
def _publication(page: PublicationPage, shown: Shown) -> list[Node]:
    is_ours = not page.publisher
    publisher = {"@type": "Organization", "name": page.publisher}
    return [
        without_gaps(
            _about(shown, PUBLICATIONS[PublicationKind(page.kind)], "publication")
            | {
                "author": [
                    {"@type": "Person", "name": name.strip()}
                    for name in page.authors.replace(";", ",").split(",")
                    if name.strip()
                ]
                # A report is written by the association itself.
                or association_in_short(shown),
                "publisher": association_in_short(shown) if is_ours else publisher,
                "datePublished": page.published_on.isoformat(),
                "numberOfPages": page.number_of_pages,
                "isbn": page.isbn,
                "audience": _audience(page.audience),
                "inLanguage": shown.language,
            }
        )
    ]


def _audience(words: str, age_from: int | None = None, age_to: int | None = None) -> Node:
    known = without_gaps(
        {"audienceType": words, "suggestedMinAge": age_from, "suggestedMaxAge": age_to}
    )
    return {"@type": "PeopleAudience", **known} if known else {}


@subjects_of.register
def _service(page: ServicePage, shown: Shown) -> list[Node]:
    return [
        without_gaps(
            _about(shown, "Service", "service")
            | {
                "provider": association_in_short(shown),
                "areaServed": _regions(page, shown),
                "audience": _audience(page.audience, page.age_from, page.age_to),
            }
        )
    ]


@subjects_of.register
def _programme(page: ProgrammePage, shown: Shown) -> list[Node]:
    return [
        without_gaps(
            _about(shown, "Service", "service")
            | {
                "provider": association_in_short(shown),
                "areaServed": _regions(page, shown),
                "audience": _audience(page.audience),
            }
        )
    ]


@subjects_of.register
def _project(page: ProjectPage, shown: Shown) -> list[Node]:
    """A project is an organisation for a time: it is founded, and dissolved."""
    funders: dict[int, Node] = {}
    grants: list[Node] = []
    for row in shown.context.get("funding") or []:
        if row.role == row.Role.PROGRAMME:
            continue
        funder = without_gaps(
            {
                "@type": "Organization",
                "name": row.funder.name(shown.language),
                "url": row.funder.website,
            }
        )
        funders[row.funder_id] = funder
        if row.amount_cents:
            grants.append({"@type": "Grant", "funder": funder, "amount": _euros(row.amount_cents)})
    return [
        without_gaps(
            _about(shown, "Project", "project")
            | {
                "description": page.aim or shown.description,
                "foundingDate": page.starts_on.isoformat(),
                "dissolutionDate": page.ends_on.isoformat(),
                "areaServed": _regions(page, shown),
                "parentOrganization": {"@id": association_id()},
                "funder": list(funders.values()),
                "funding": grants,
            }
        )
    ]


def _euros(cents: int) -> Node:
    return {"@type": "MonetaryAmount", "currency": "EUR", "value": f"{cents / 100:.2f}"}


@subjects_of.register
def _place(page: PlacePage, shown: Shown) -> list[Node]:
    """As exact as the town; a street only where visitors are received."""
    is_open = page.kind not in WHERE_CHILDREN_LIVE
    address = without_gaps(
        {
            "@type": "PostalAddress",
            "streetAddress": page.address if is_open else "",
            "addressLocality": page.located.name,
            "addressRegion": str(page.region.label),
            "addressCountry": "LV",
        }
    )
    return [without_gaps(_about(shown, "Place", "place") | {"address": address})]


@subjects_of.register
def _glossary(page: GlossaryPage, shown: Shown) -> list[Node]:
    identity = f"{shown.address}#glossary"
    terms = [
        {
            "@type": "DefinedTerm",
            "name": entry.term,
            "description": entry.definition,
            "inDefinedTermSet": identity,
        }
        for _letter, entries in shown.context.get("letters") or []
        for entry in entries
    ]
    about = _about(shown, "DefinedTermSet", "glossary")
    return [without_gaps(about | {"hasDefinedTerm": terms})]


@subjects_of.register
def _questions(page: FaqPage, shown: Shown) -> list[Node]:
    """Only where an editor chose the page of questions: questions that open to show their answers
    also serve as mere headings."""
    questions = [
        {
            "@type": "Question",
            "name": row.question,
            "acceptedAnswer": {"@type": "Answer", "text": plain_text(row.answer)},
        }
        # Fetched once for this and for the page's template.
        for row in page.questions.get_object_list()  # type: ignore[attr-defined]
    ]
    if not questions:
        return []
    return [
        {
            # The page itself: what bears the same name is one thing.
            "@type": "FAQPage",
            "@id": shown.address,
            "mainEntity": questions,
        }
    ]

"""One example of every block, as it is stored: for the page of patterns, and for the tests.

Words are here; what is kept elsewhere (pages, pictures, files, people, facts …) comes from
:class:`Samples`, by its keys.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NothingToShowError(LookupError):
    """An example needs something that the site does not have yet, such as a picture."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What examples point at: keys by kind, in the order in which they are to be used.

    Kinds: ``page``, ``picture``, ``document``, ``film``, ``captions``, ``person``, ``partner``,
    ``fact``, ``term``, ``testimonial``, ``donation_page``.
    """

    language: str = "lv"
    keys: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def say(self, latvian: str, english: str) -> str:
        return english if self.language == "en" else latvian

    def one(self, kind: str, position: int = 0) -> int:
        """One of a kind; the first comes again when there are not as many."""
        found = self.keys.get(kind) or ()
        if not found:
            raise NothingToShowError(kind)
        return found[position % len(found)]

    def some(self, kind: str, number: int) -> list[int]:
        """So many of a kind, or fewer when there are not as many; at least one."""
        self.one(kind)
        return list(self.keys[kind])[:number]


def _link(samples: Samples, latvian: str, english: str, position: int = 0) -> dict[str, Any]:
    page = samples.one("page", position)
    return {"label": samples.say(latvian, english), "page": page, "address": ""}


def _heading(samples: Samples) -> str:
    return samples.say("Kas mēs esam", "Who we are")


def _text(samples: Samples) -> str:
    return samples.say(
        "<p>Bērnam vajag <b>mājas</b> un savējos. Mēs palīdzam ģimenēm, pirms grūtības "
        "izaugušas par lielām.</p><ul><li>sarunas mājās</li><li>atbalsta grupas</li></ul>",
        "<p>A child needs a <b>home</b> and a family. We help before trouble grows too big.</p>"
        "<ul><li>talks at home</li><li>support groups</li></ul>",
    )


def _notice(samples: Samples) -> dict[str, Any]:
    return {
        "kind": "important",
        "heading": samples.say("Ja bērnam draud briesmas", "If a child is in danger"),
        "text": samples.say(
            "<p>Zvaniet <b>112</b>. Bērnu un pusaudžu uzticības tālrunis ir <b>116111</b>.</p>",
            "<p>Call <b>112</b>. The children’s helpline is <b>116111</b>.</p>",
        ),
    }


def _quote(samples: Samples) -> dict[str, Any]:
    return {
        "text": samples.say(
            "Bērnam vajag vienu cilvēku,\nkurš paliek.", "A child needs one person\nwho stays."
        ),
        "author": "Anna",
        "role": samples.say("audžumamma", "foster mother"),
    }


def _steps(samples: Samples) -> dict[str, Any]:
    return {
        "items": [
            {
                "title": samples.say("Piesakāties", "You get in touch"),
                "text": samples.say("Zvaniet vai rakstiet.", "Call or write."),
            },
            {"title": samples.say("Tiekamies", "We meet"), "text": ""},
            {
                "title": samples.say("Mācāties", "You train"),
                "text": samples.say("Septiņas tikšanās.", "Seven meetings."),
            },
        ]
    }


def _timeline(samples: Samples) -> dict[str, Any]:
    return {
        "heading": samples.say("Ceļš līdz šodienai", "The way to today"),
        "items": [
            {
                "date": None,
                "when": samples.say("90. gadi", "1990s"),
                "title": samples.say("Lielas iestādes", "Large institutions"),
                "text": samples.say("Viena atbilde visiem.", "One answer for all."),
                "image": None,
            },
            {
                "date": "2022-06-21",
                "when": "",
                "title": samples.say(
                    "Norisinās sociālo darbinieku vasaras skola",
                    "Summer school for social workers",
                ),
                "text": samples.say("30 speciālistu.", "30 specialists."),
                "image": samples.one("picture"),
            },
            {
                "date": "2022-09-30",
                "when": "",
                "title": samples.say(
                    "Iznāk „Austra, mākoņi un mazais putniņš”",
                    "“Austra, the Clouds and the Little Bird” comes out",
                ),
                "text": "",
                "image": None,
            },
        ],
    }


def _accordion(samples: Samples) -> dict[str, Any]:
    return {
        "items": [
            {
                "question": samples.say("Cik ilgas ir mācības?", "How long does training take?"),
                "answer": samples.say("<p>Septiņas tikšanās.</p>", "<p>Seven meetings.</p>"),
            },
            {
                "question": samples.say("Vai par to maksā?", "Is there an allowance?"),
                "answer": samples.say("<p>Jā, pašvaldība.</p>", "<p>Yes, the council pays.</p>"),
            },
        ]
    }


def _glossary(samples: Samples) -> dict[str, Any]:
    return {"heading": samples.say("Vārdi", "Terms"), "terms": samples.some("term", 3)}


def _picture(samples: Samples) -> dict[str, Any]:
    caption = samples.say("Mūsu māja", "Our house")
    return {"image": samples.one("picture"), "caption": caption}


def _gallery(samples: Samples) -> dict[str, Any]:
    captions = [
        samples.say("Vasaras skola", "Summer school"),
        "",
        samples.say("Grāmatas lasījums", "Reading the book"),
    ]
    return {
        "heading": samples.say("Mirkļi", "Moments"),
        "items": [
            {"image": samples.one("picture", position), "caption": caption}
            for position, caption in enumerate(captions)
        ],
    }


def _video(samples: Samples) -> dict[str, Any]:
    return {
        "title": samples.say("Kā kļūt par audžuģimeni", "Becoming a foster family"),
        "poster": samples.one("picture", 1),
        "address": "https://www.youtube.com/watch?v=abcdefghijk",
        "file": None,
        "captions": None,
        "transcript": samples.say("<p>Anna stāsta par mācībām.</p>", "<p>Anna tells of it.</p>"),
        "explanation": "",
    }


def _documents(samples: Samples) -> dict[str, Any]:
    heading = samples.say("Pārskati", "Reports")
    return {"heading": heading, "documents": samples.some("document", 3)}


def _facts(samples: Samples) -> dict[str, Any]:
    heading = samples.say("Mūsu darbs skaitļos", "Our work in figures")
    return {"heading": heading, "facts": samples.some("fact", 4)}


def _figures(samples: Samples) -> dict[str, Any]:
    return {
        "heading": samples.say("Vasaras skola skaitļos", "The summer school in figures"),
        "items": [
            {"figure": "30", "label": samples.say("speciālisti", "specialists")},
            {"figure": "135", "label": samples.say("valstis", "countries")},
        ],
        "source": samples.say("Projekta pārskats, 2022. gads", "Project report, 2022"),
    }


def _chart(samples: Samples) -> dict[str, Any]:
    labels = [
        samples.say("mazāk nekā 5 gadi", "less than 5 years"),
        samples.say("5 līdz 10 gadi", "5 to 10 years"),
        samples.say("11 līdz 15 gadi", "11 to 15 years"),
        samples.say("vairāk nekā 15 gadi", "more than 15 years"),
    ]
    return {
        "title": samples.say("Cik ilgi strādā SOS mammas", "How long SOS mothers have served"),
        "kind": "bars",
        "unit": samples.say("SOS mammu skaits", "number of SOS mothers"),
        "source": samples.say("Parauga dati, 2022. gads", "Sample data, 2022"),
        "rows": [
            {"label": label, "value": value}
            for label, value in zip(labels, ("4", "7.5", "12", "3"), strict=True)
        ],
    }


def line_chart(samples: Samples) -> dict[str, Any]:
    """The other kind of chart."""
    values = ("610", "730", "980", "1120", "1080", "1240", "1300", "1420")
    return {
        "title": samples.say("Atbalstītās ģimenes", "Families supported"),
        "kind": "line",
        "unit": samples.say("ģimenes gadā", "families a year"),
        "source": samples.say("Parauga dati, 2023. gads", "Sample data, 2023"),
        "rows": [
            {"label": str(year), "value": value} for year, value in enumerate(values, start=2016)
        ],
    }


def _table(samples: Samples) -> dict[str, Any]:
    return {
        "data": [
            [samples.say("Gads", "Year"), samples.say("Bērni", "Children")],
            ["2024", "9"],
            ["2025", "12"],
        ],
        "table_header_choice": "both",
        "first_row_is_table_header": True,
        "first_col_is_header": True,
        "table_caption": samples.say("Bērni pa gadiem", "Children by year"),
        "cell": [],
    }


def _people(samples: Samples) -> dict[str, Any]:
    return {"heading": samples.say("Komanda", "The team"), "people": samples.some("person", 4)}


def _testimonial(samples: Samples) -> dict[str, Any]:
    return {"testimonial": samples.one("testimonial")}


def _partners(samples: Samples) -> dict[str, Any]:
    heading = samples.say("Sadarbojamies", "We work with")
    return {"heading": heading, "partners": samples.some("partner", 6)}


def _cards(samples: Samples) -> dict[str, Any]:
    titles = [
        ("service-family", samples.say("Atbalsts ģimenēm", "Support for families")),
        ("service-youth", samples.say("Jauniešiem", "For young people")),
        ("service-training", samples.say("Mācības", "Training")),
    ]
    return {
        "heading": samples.say("Ko mēs darām", "What we do"),
        "items": [
            {
                "heading": title,
                "text": samples.say("Tuvu mājām un bez maksas.", "Near home and free of charge."),
                "link": _link(samples, "Lasīt vairāk", "Read more", position),
                "illustration": drawing,
            }
            for position, (drawing, title) in enumerate(titles)
        ],
    }


def _page_list(samples: Samples) -> dict[str, Any]:
    return {
        "heading": samples.say("Lasiet arī", "Read on"),
        "pages": [{"page": key} for key in samples.some("page", 3)],
    }


def _buttons(samples: Samples) -> dict[str, Any]:
    return {
        "links": [
            _link(samples, "Pieteikties", "Get in touch"),
            _link(samples, "Uzzināt vairāk", "Learn more", 1),
        ]
    }


def _call_to_action(samples: Samples) -> dict[str, Any]:
    return {
        "heading": samples.say("Vai kļūsiet par audžuģimeni?", "Will you become a foster family?"),
        "text": samples.say("Izstāstīsim, kā sākt.", "We tell you how to begin."),
        "link": _link(samples, "Pieteikties", "Get in touch"),
    }


def _donation_form(samples: Samples) -> dict[str, Any]:
    return {
        "heading": samples.say("Ko paveic Jūsu ziedojums", "What your gift does"),
        "text": "",
        "page": samples.one("donation_page"),
    }


def _news_list(samples: Samples) -> dict[str, Any]:
    return {"heading": samples.say("Jaunumi", "News"), "number": 3, "topic": None}


def _project_list(samples: Samples) -> dict[str, Any]:
    return {"heading": samples.say("Projekti", "Projects"), "status": "", "number": 3}


#: By the name of the block's entry. A block without an example fails the tests.
EXAMPLES: dict[str, Callable[[Samples], Any]] = {
    "heading": _heading,
    "text": _text,
    "notice": _notice,
    "quote": _quote,
    "steps": _steps,
    "timeline": _timeline,
    "accordion": _accordion,
    "glossary": _glossary,
    "picture": _picture,
    "gallery": _gallery,
    "video": _video,
    "documents": _documents,
    "facts": _facts,
    "figures": _figures,
    "chart": _chart,
    "table": _table,
    "people": _people,
    "testimonial": _testimonial,
    "partners": _partners,
    "cards": _cards,
    "page_list": _page_list,
    "buttons": _buttons,
    "call_to_action": _call_to_action,
    "donation_form": _donation_form,
    "news_list": _news_list,
    "project_list": _project_list,
}

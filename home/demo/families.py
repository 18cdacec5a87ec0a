"""Invented families for the demonstration: their names say so, and nobody has their numbers."""

from dataclasses import dataclass
from typing import Final

PAULA, VITA = "piesaiste", "vaditaja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What staff did so many days ago. `text` is the note, the task, the file's name, or why."""

    ago: int
    # A stage to move to; or "note", "task", "file", "email".
    kind: str
    text: str = ""
    # Of a task: days from today, negative when it should have been done; None: it was done.
    due: int | None = None


def note(ago: int, text: str) -> Step:
    return Step(ago=ago, kind="note", text=text)


def to(stage: str, ago: int, text: str = "") -> Step:
    return Step(ago=ago, kind=stage, text=text)


def task(ago: int, text: str, due: int | None) -> Step:
    return Step(ago=ago, kind="task", text=text, due=due)


def file(ago: int, name: str) -> Step:
    return Step(ago=ago, kind="file", text=name)


def email(ago: int) -> Step:
    """With the text of the first template."""
    return Step(ago=ago, kind="email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One enquiry and what became of it. `ago` is in days."""

    name: str
    # The last digits of a phone number; who has none gave an address alone.
    number: str = ""
    email: str = ""
    language: str = "lv"
    way: str
    municipality: str
    # The town of its support centre.
    town: str
    age: str
    household: str
    source: str
    message: str = ""
    ago: int
    by: str = ""
    is_suspect: bool = False
    is_erased: bool = False
    steps: tuple[Step, ...] = ()


FAMILIES: Final = (
    Family(
        name="Anna Parauga",
        number="0101",
        email="anna.parauga@example.org",
        way="foster",
        municipality="riga",
        town="riga",
        age="35_44",
        household="4",
        source="self_check",
        message="Mums jau ir divi skolēni un liels suns. Vai tas ir šķērslis?",
        ago=0,
    ),
    Family(
        name="Jānis Piemērs",
        number="0102",
        way="host",
        municipality="cesis",
        town="valmiera",
        age="45_54",
        household="2",
        source="fostering",
        ago=1,
    ),
    Family(
        name="Ilze Izdomāta",
        number="0103",
        email="ilze.izdomata@example.org",
        way="unsure",
        municipality="jurmala",
        town="riga",
        age="25_34",
        household="1",
        source="social",
        message="Dzīvoju viena. Vai drīkstu pieteikties arī tad?",
        ago=7,
        by=PAULA,
    ),
    Family(
        name="Mārtiņš Paraugs",
        number="0104",
        way="foster",
        municipality="dobele",
        town="bauska",
        age="35_44",
        household="3",
        source="print",
        ago=9,
    ),
    Family(
        name="Emma Sample",
        number="0105",
        email="emma.sample@example.org",
        language="en",
        way="foster",
        municipality="marupe",
        town="riga",
        age="35_44",
        household="3",
        source="search",
        message="My husband speaks Latvian, I am still learning. Is that enough for a child?",
        ago=5,
        by=PAULA,
        steps=(
            to("contacted", 3),
            note(3, "Sarunājām angliski. Vīrs Latvijā no bērnības, abi strādā no mājām."),
            email(3),
            task(3, "Nosūtīt saiti uz informatīvo vakaru", 1),
        ),
    ),
    Family(
        name="Dace Piemēra",
        number="0106",
        way="guardian",
        municipality="valmiera",
        town="valmiera",
        age="55_60",
        household="2",
        source="event",
        message="Gribam pieņemt māsas mazdēlu. Ar ko sākt?",
        ago=12,
        by=PAULA,
        steps=(
            to("contacted", 10),
            note(10, "Bāriņtiesa par ģimeni jau zina. Vajadzīga palīdzība ar iesniegumu."),
            task(10, "Piezvanīt vēlreiz: vakar neatbildēja", -2),
        ),
    ),
    Family(
        name="Edgars Izdomāts",
        number="0107",
        email="edgars.izdomats@example.org",
        way="crisis",
        municipality="salaspils",
        town="riga",
        age="45_54",
        household="4",
        source="newsletter",
        ago=24,
        by=PAULA,
        steps=(
            to("contacted", 22),
            note(22, "Četri gadi audžuģimenes pieredzes. Gatavi uzņemt arī naktī."),
            to("visit", 15),
            task(15, "Sarunāt viesošanās laiku", 0),
        ),
    ),
    Family(
        name="Līga Parauga",
        number="0108",
        way="foster",
        municipality="talsi",
        town="kuldiga",
        age="25_34",
        household="3",
        source="site",
        ago=30,
        by=VITA,
        steps=(
            to("contacted", 28),
            to("visit", 13),
            note(13, "Māja laukos, skola četrus kilometrus tālu, autobuss kursē."),
            task(13, "Uzrakstīt viesošanās kopsavilkumu", 3),
        ),
    ),
    Family(
        name="Zane Piemēra",
        number="0109",
        email="zane.piemera@example.org",
        way="foster",
        municipality="limbazi",
        town="valmiera",
        age="35_44",
        household="5",
        source="fostering",
        ago=52,
        by=PAULA,
        steps=(
            to("contacted", 50),
            to("visit", 38),
            note(38, "Bērni jautāja vairāk nekā vecāki. Laba zīme."),
            to("application", 20),
            file(19, "Iesniegums bāriņtiesai (paraugs).pdf"),
            task(19, "Pajautāt bāriņtiesai par termiņu", 5),
        ),
    ),
    Family(
        name="Raimonds Paraugs",
        number="0110",
        way="adopter",
        municipality="madona",
        town="gulbene",
        age="35_44",
        household="2",
        source="search",
        ago=61,
        by=VITA,
        steps=(to("contacted", 59), to("visit", 47), to("application", 33)),
    ),
    Family(
        name="Santa Izdomāta",
        number="0111",
        email="santa.izdomata@example.org",
        way="foster",
        municipality="ogre",
        town="riga",
        age="25_34",
        household="2",
        source="self_check",
        ago=96,
        by=PAULA,
        steps=(
            to("contacted", 95),
            to("visit", 80),
            to("application", 66),
            to("training", 31),
            note(17, "Uz nodarbībām brauc abi, vienu reizi kavēja darba dēļ."),
            task(17, "Pārrunāt ar mācību vadītāju", 10),
        ),
    ),
    Family(
        name="Oskars Piemērs",
        number="0112",
        way="sos_parent",
        municipality="valka",
        town="valmiera",
        age="45_54",
        household="1",
        source="news",
        ago=110,
        by=PAULA,
        steps=(
            to("contacted", 107),
            to("visit", 90),
            to("application", 71),
            task(71, "Pārbaudīt darba līguma paraugu", None),
            to("training", 40),
        ),
    ),
    Family(
        name="Aija Parauga",
        number="0113",
        email="aija.parauga@example.org",
        way="disability",
        municipality="riga",
        town="riga",
        age="45_54",
        household="3",
        source="event",
        message="Strādāju par medmāsu. Gribētu zināt, kāds atbalsts pienākas ģimenei.",
        ago=170,
        by=PAULA,
        steps=(
            to("contacted", 168),
            to("visit", 150),
            to("application", 131),
            to("training", 95),
            file(30, "Mācību apliecība (paraugs).pdf"),
            to("decision", 14),
            task(14, "Bāriņtiesas sēde: būt klāt", 6),
        ),
    ),
    Family(
        name="Guna Parauga",
        number="0114",
        way="guardian",
        municipality="liepaja",
        town="kuldiga",
        age="55_60",
        household="2",
        source="elsewhere",
        ago=84,
        by=VITA,
        steps=(
            to("contacted", 82),
            to("on_hold", 60, "Ģimenē remonts. Lūdz piezvanīt pēc diviem mēnešiem."),
        ),
    ),
    Family(
        name="Kristaps Izdomāts",
        number="0115",
        way="foster",
        municipality="jelgava",
        town="bauska",
        age="35_44",
        household="3",
        source="self_check",
        ago=290,
        by=VITA,
        steps=(
            to("contacted", 288),
            to("visit", 270),
            to("application", 250),
            to("training", 205),
            to("decision", 120),
            to("matched", 45, "Ģimenē ienāca brālis un māsa."),
        ),
    ),
    Family(
        name="Inga Piemēra",
        number="0116",
        way="host",
        municipality="kekava",
        town="riga",
        age="under_25",
        household="2",
        source="social",
        ago=130,
        by=PAULA,
        steps=(
            to("contacted", 127),
            to("declined", 118, "Vēl nav 25 gadu. Pastāstīju par brīvprātīgo darbu."),
        ),
    ),
    # The person of the first enquiry: the case page shows that they know each other.
    Family(
        name="Anna Parauga",
        number="0101",
        email="anna.parauga@example.org",
        way="host",
        municipality="riga",
        town="riga",
        age="35_44",
        household="4",
        source="news",
        ago=215,
        by=PAULA,
        steps=(
            to("contacted", 213),
            to("withdrawn", 190, "Jauns darbs. Varbūt vēlāk mēģinās vēlreiz."),
        ),
    ),
    Family(
        name="Paraugs Lētākie Kredīti",
        email="kredits@example.org",
        way="unsure",
        municipality="riga",
        town="riga",
        age="35_44",
        household="1",
        source="unknown",
        message="http://example.org/1 http://example.org/2 http://example.org/3",
        ago=2,
        is_suspect=True,
    ),
    Family(
        name="Aizmirsts Paraugs",
        number="0119",
        way="foster",
        municipality="sigulda",
        town="riga",
        age="45_54",
        household="4",
        source="print",
        ago=330,
        by=PAULA,
        steps=(
            to("contacted", 326),
            to("visit", 310),
            to("withdrawn", 300, "Lūdza datus dzēst."),
        ),
        is_erased=True,
    ),
)

# Who signs up for the events that come next, with how many persons.
GUESTS: Final[tuple[tuple[str, int], ...]] = (
    ("Anna Parauga", 2),
    ("Emma Sample", 2),
    ("Toms Paraugs", 1),
    ("Elīna Izdomāta", 2),
    ("Valdis Piemērs", 1),
    ("Rūta Parauga", 2),
    ("Kārlis Izdomāts", 1),
    ("Maija Piemēra", 2),
    ("Uldis Paraugs", 2),
    ("Sanita Izdomāta", 1),
)

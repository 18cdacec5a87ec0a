"""What somebody's answers say about the ways of helping. Pure functions: nothing is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from .blocks import Effect

if TYPE_CHECKING:
    from .models import WayOfHelpingPage

# The answers chosen, by the number of the question; both count from 0.
type Chosen = Mapping[int, set[int]]


@dataclass(slots=True)
class Verdict:
    """What the answers say about one way: how many speak for it, what is to be talked about, and
    what stands in the way."""

    way: "WayOfHelpingPage"
    points: int = 0
    praises: list[str] = field(default_factory=list)
    talks: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """All ways, each in one of three lists: those that answers speak for, the best first; those
    that nothing speaks against; those that something stands in the way of. `talks` is to be talked
    about whatever the way."""

    fitting: list[Verdict]
    possible: list[Verdict]
    blocked: list[Verdict]
    talks: list[str]


class Option(NamedTuple):
    """An answer as the form shows it."""

    id: str
    value: int
    text: str
    is_chosen: bool


class Asked(NamedTuple):
    """A question as the form shows it; `kind` is that of its inputs, radio or checkbox."""

    name: str
    text: str
    hint: str
    kind: str
    options: list[Option]


def asked(questions: Any, chosen: Chosen) -> list[Asked]:
    """The questions with what was chosen so far."""
    return [
        Asked(
            field_name(number),
            question.value["text"],
            question.value["hint"],
            "checkbox" if question.value["several"] else "radio",
            [
                Option(
                    f"{field_name(number)}-{value}",
                    value,
                    answer["text"],
                    value in chosen.get(number, ()),
                )
                for value, answer in enumerate(question.value["answers"])
            ],
        )
        for number, question in enumerate(questions)
    ]


def chosen_in(data: Any, questions: Any) -> dict[int, set[int]]:
    """The answers in a posted form (a QueryDict). What is no answer of the question is left out."""
    chosen = {}
    for number, question in enumerate(questions):
        count = len(question.value["answers"])
        known = {str(answer): answer for answer in range(count)}
        given = {known[value] for value in data.getlist(field_name(number)) if value in known}
        if given and not question.value["several"]:
            # A browser sends one; whoever sends more gets the first.
            given = {min(given)}
        if given:
            chosen[number] = given
    return chosen


def field_name(number: int) -> str:
    return f"q{number}"


def evaluate(questions: Any, chosen: Chosen, ways: Iterable["WayOfHelpingPage"]) -> Result:
    """Weigh the rules of the chosen answers. A rule without ways counts for all of them; one that
    names a way counts for it in every language."""
    verdicts = {way.translation_key: Verdict(way) for way in ways}
    talks: list[str] = []
    for number, question in enumerate(questions):
        for answer in sorted(chosen.get(number, ())):
            for rule in question.value["answers"][answer]["rules"]:
                if rule["effect"] == Effect.TALK and not rule["ways"]:
                    # Said once, not at each way.
                    _say(rule, talks)
                    continue
                for key in _keys(rule, verdicts):
                    _apply(rule, verdicts[key])
    free = [verdict for verdict in verdicts.values() if not verdict.obstacles]
    fitting = [verdict for verdict in free if verdict.points]
    return Result(
        # Sorting keeps the editors' order among equals.
        fitting=sorted(fitting, key=lambda verdict: (-verdict.points, len(verdict.talks))),
        possible=[verdict for verdict in free if not verdict.points],
        blocked=[verdict for verdict in verdicts.values() if verdict.obstacles],
        talks=talks,
    )


def _keys(rule: Any, verdicts: Mapping[UUID, Verdict]) -> list[UUID]:
    # Deleted pages are None.
    named = [page.translation_key for page in rule["ways"] if page is not None]
    if not rule["ways"]:
        return list(verdicts)
    return [key for key in named if key in verdicts]


def _apply(rule: Any, verdict: Verdict) -> None:
    match rule["effect"]:
        case Effect.FITS:
            verdict.points += 1
            _say(rule, verdict.praises)
        case Effect.TALK:
            _say(rule, verdict.talks)
        case _:
            # Without words it stands in the way all the same.
            _say(rule, verdict.obstacles)


def _say(rule: Any, said: list[str]) -> None:
    words = rule["words"].strip()
    if words not in said and (words or rule["effect"] == Effect.OBSTACLE):
        said.append(words)

"""What is wrong with the files, in words for those who write them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file. Lines count from 1; 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    place: Place
    message: str

    @property
    def line(self) -> str:
        """The part of the place that follows the file's name."""
        return f":{self.place.line}" if self.place.line else ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass
class Problems:
    """Collects them, so that one run names all."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        problem = Problem(place, message)
        if problem not in self.found:
            self.found.append(problem)

    def __bool__(self) -> bool:
        return bool(self.found)

    def sorted(self) -> list[Problem]:
        return sorted(self.found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to put behind a message: the likely word, or the choices when they are few."""
    words = sorted(known)
    if close := get_close_matches(word, words, n=1, cutoff=0.6):
        return f" Did you mean “{close[0]}”?"
    if 0 < len(words) <= 30:
        return f" Known: {', '.join(words)}."
    return ""

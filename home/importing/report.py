"""The whole import, and what it says about itself."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wagtail.models import Locale

from .checking import Checker
from .planning import Action, Item, Plan, Planner
from .problems import Problem
from .state import locales
from .writing import Writer

Say = Callable[[str], None]


class ContentError(Exception):
    """There are problems in the files. Nothing has been written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' * (len(problems) > 1)}")
        self.problems = problems


@dataclass(frozen=True)
class Result:
    plan: Plan

    def count(self, action: Action) -> int:
        return sum(item.action is action for item in self.plan.items)

    def lines(self) -> list[str]:
        """What was left alone and what has no English, and the numbers."""
        found = [
            f"left alone: {item.label} – {item.note}"
            for item in self.plan.items
            if item.action is Action.LEAVE
        ]
        found += [f"not translated: {key}" for key in self.plan.untranslated]
        counts = Counter(item.action for item in self.plan.items)
        found.append(", ".join(f"{counts[action]} {WORDS[action]}" for action in Action))
        return found


WORDS = {
    Action.CREATE: "new",
    Action.CHANGE: "changed",
    Action.KEEP: "unchanged",
    Action.LEAVE: "left alone",
}


def check_content(folder: Path, *, overwrite: bool = False) -> Plan:
    """The plan, checked. Raise ContentError with everything that is wrong. Writes nothing."""
    plan = Planner(folder, overwrite=overwrite).make()
    # A new site has no languages yet.
    latvian = Locale.objects.filter(language_code="lv").first() or Locale(language_code="lv")
    Checker(plan, latvian).check()
    if plan.problems:
        raise ContentError(plan.problems.sorted())
    return plan


def import_content(
    folder: Path, *, overwrite: bool = False, say: Say = lambda text: None
) -> Result:
    """Import a folder. Raise ContentError, with nothing written, when anything is wrong."""
    plan = check_content(folder, overwrite=overwrite)

    def progress(item: Item) -> None:
        say(f"{WORDS[item.action]}: {item.label}")

    if any(item.is_wanted for item in plan.items):
        latvian, english = locales()
        Writer(plan, latvian, english, progress).write()
    return Result(plan)

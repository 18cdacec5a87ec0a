"""What the keys in the files stand for."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from wagtail.models import Page

from .kinds import DOCUMENT, FUND, PAGE, entry_kinds, kind_of
from .markdown import ELSEWHERE
from .nodes import Text
from .problems import Place, Problems, did_you_mean

HOME = "home"


@dataclass
class References:
    """Finds objects by `kind:key`. While the files are only being checked, what they will make is
    stood for by objects that have not been saved."""

    problems: Problems
    objects: dict[str, models.Model] = field(default_factory=dict)
    # Imported once, and deleted by staff since.
    deleted: set[str] = field(default_factory=set)
    # Everything that was asked for since the last `collect`.
    used: set[str] = field(default_factory=set)

    def collect(self) -> set[str]:
        used, self.used = self.used, set()
        return used

    def find(self, reference: str, place: Place) -> models.Model | None:
        kind, _colon, key = reference.partition(":")
        kinds = {PAGE, *entry_kinds()}
        if not key or kind not in kinds:
            hint = did_you_mean(kind, kinds) if key else " Write the kind, a colon and the key."
            self.problems.add(place, f"“{reference}” is no reference.{hint}")
            return None
        self.used.add(reference)
        found = self.objects.get(reference) or self._by_code(kind, key)
        if found is None:
            self.problems.add(place, self._missing(reference, kind))
        return found

    def _by_code(self, kind: str, key: str) -> models.Model | None:
        """Something that the site has under this code, though no folder was ever imported for
        it."""
        model = entry_kinds().get(kind)
        if model is None or not has_code(model):
            return None
        found = model._default_manager.filter(code=key).first()
        if found:
            self.objects[f"{kind}:{key}"] = found
        return found

    def _missing(self, reference: str, kind: str) -> str:
        if reference in self.deleted:
            return f"“{reference}” was deleted on the site. Remove it here, or use --overwrite."
        known = [key for key in self.objects if key.startswith(f"{kind}:")]
        return f"There is no “{reference}”.{did_you_mean(reference, known)}"

    def of_type(self, node: Text, expected: tuple[type[models.Model], ...]) -> Any:
        """The object that a scalar names, if it fits; None with a problem reported otherwise."""
        text = node.text.strip()
        if not text:
            return None
        kinds = {kind_of(model) for model in expected}
        if ":" not in text and len(kinds) == 1:
            hint = f"{kinds.pop()}:{text}"
            self.problems.add(node.place, f"“{text}” is no reference. Did you mean “{hint}”?")
            return None
        found = self.find(text, node.place)
        if found is not None and not isinstance(found, expected):
            names = " or ".join(str(model._meta.verbose_name) for model in expected)
            actual = found._meta.verbose_name
            self.problems.add(node.place, f"“{text}” is a {actual}; this must be a {names}.")
            return None
        return found

    def attributes(self, href: str, place: Place) -> dict[str, str]:
        """The attributes of a link in rich text."""
        if href.startswith(ELSEWHERE):
            return {"href": href}
        kind = href.partition(":")[0]
        if kind not in {PAGE, DOCUMENT}:
            self.problems.add(
                place,
                f"The link “{href}” must begin with page:, document:, https:// or mailto:.",
            )
            return {}
        found = self.find(href, place)
        # In the order in which they come back from wagtail-localize.
        return {"id": str(found.pk), "linktype": kind} if found else {}


def has_code(model: type[models.Model]) -> bool:
    """Whether the model has a short name of its own, which is then its key."""
    return any(isinstance(f, models.SlugField) and f.name == "code" for f in model._meta.fields)


def reference(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def expected_models(model: type[models.Model]) -> tuple[type[models.Model], ...]:
    return (Page,) if model is Page else (model,)


__all__ = ["FUND", "HOME", "References", "expected_models", "has_code", "reference"]

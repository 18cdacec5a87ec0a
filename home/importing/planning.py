"""Decides what has to be done for every file. Reads the database and writes nothing."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from home.models import HomePage, ImportedItem

from .kinds import PAGE, SETTINGS, entry_kinds, page_types, settings_kinds
from .nodes import Record, Text
from .problems import Place, Problems, did_you_mean
from .reading import Entry, Folder, PageFile, PageFolder, read
from .references import HOME, References, has_code, reference
from .state import entry_state, imported_items, objects_of, page_state


class Action(Enum):
    CREATE = "create"
    CHANGE = "change"
    KEEP = "unchanged"
    # Staff have changed or deleted it, or made it by hand.
    LEAVE = "left alone"


CHANGED = "changed on the site since the last import"
DELETED = "deleted on the site"
BY_HAND = "made on the site by hand"


@dataclass
class Item:
    """One row, or one page in one language, and what is to be done with it."""

    key: str
    language: str
    hash: str
    action: Action
    # The object of the site, or one that stands for what will be made. None: it is gone.
    instance: Any
    record: Record
    note: str = ""
    file: Path | None = None
    folder: PageFolder | None = None
    parent: "Item | None" = None
    # Keys that it refers to.
    uses: set[str] = field(default_factory=set)

    @property
    def is_wanted(self) -> bool:
        return self.action in {Action.CREATE, Action.CHANGE}

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def above(self) -> "Item":
        """The page that it stands below, or that it translates."""
        if self.parent is None:
            raise LookupError(f"{self.key} stands below nothing")
        return self.parent

    @property
    def label(self) -> str:
        return f"{self.key} ({self.language})" if self.language else self.key


@dataclass
class Plan:
    folder: Folder
    problems: Problems
    references: References
    entries: list[Item] = field(default_factory=list)
    latvian: list[Item] = field(default_factory=list)
    english: list[Item] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return [*self.entries, *self.latvian, *self.english]


class Planner:
    """Makes the plan for one folder."""

    def __init__(self, folder: Path, *, overwrite: bool) -> None:
        self.problems = Problems()
        self.overwrite = overwrite
        self.plan = Plan(read(folder, self.problems), self.problems, References(self.problems))
        self.site = Site.objects.filter(is_default_site=True).first()

    def make(self) -> Plan:
        self.known = imported_items()
        self.objects = objects_of(self.known.values())
        references = self.plan.references
        for key, language in self.known:
            if language != "en":
                if found := self.objects.get((key, language)):
                    references.objects[key] = found
                else:
                    references.deleted.add(key)
        self.plan.entries = [self.entry(entry) for entry in self.plan.folder.entries]
        self.page(self.plan.folder.root, None)
        for item in (*self.plan.entries, *self.plan.latvian):
            if item.instance is not None:
                references.objects[item.key] = item.instance
                references.deleted.discard(item.key)
        self.check_slugs()
        return self.plan

    # What is to be done

    def decide(
        self, key: str, language: str, source: str, by_hand: Any, state: Any
    ) -> tuple[Action, Any, str]:
        """The action, the object of the site, and a note. `by_hand` is an object that the import
        did not make, but that has the same place; `state` gives the state of an object."""
        row: ImportedItem | None = self.known.get((key, language))
        found = self.objects.get((key, language))
        if row is None:
            if by_hand is None:
                return Action.CREATE, None, ""
            action = Action.CHANGE if self.overwrite else Action.LEAVE
            return action, by_hand, BY_HAND
        if found is None:
            action = Action.CREATE if self.overwrite else Action.LEAVE
            return action, None, DELETED
        if row.state_hash and row.state_hash != state(found):
            action = Action.CHANGE if self.overwrite else Action.LEAVE
            return action, found, CHANGED
        return (Action.KEEP if row.source_hash == source else Action.CHANGE), found, ""

    # Entries

    def entry(self, entry: Entry) -> Item:
        key = reference(entry.kind, entry.key)
        by_hand: Any = None
        is_settings = entry.kind == SETTINGS
        model: type[models.Model] = (
            settings_kinds()[entry.key] if is_settings else entry_kinds()[entry.kind]
        )
        if is_settings:
            by_hand = model._default_manager.filter(site=self.site).first() if self.site else None
        elif has_code(model):
            by_hand = model._default_manager.filter(code=entry.key).first()
            place = entry.record.place
            entry.record.entries["code"] = Text(place, entry.key, place.line)
        action, found, note = self.decide(key, "", entry.hash, by_hand, entry_state)
        if note == BY_HAND and is_settings and entry_state(found) == entry_state(model()):
            # Wagtail makes an empty row when somebody looks.
            action, note = Action.CHANGE, ""
        if found is None and action is Action.CREATE:
            found = model()
        return Item(key, "", entry.hash, action, found, entry.record, note, entry.file)

    # Pages

    def page(self, folder: PageFolder, parent: Item | None) -> None:
        item = self.latvian(folder, parent)
        self.plan.latvian.append(item)
        if folder.english and folder.latvian:
            self.plan.english.append(self.english(folder, folder.english, item))
        elif folder.latvian:
            self.plan.untranslated.append(folder.key)
        for child in sorted(folder.children, key=PageFolder.order):
            self.page(child, item)

    def latvian(self, folder: PageFolder, parent: Item | None) -> Item:
        key = reference(PAGE, folder.key)
        file = folder.latvian
        if file is None:
            return self.existing(key, folder, parent)
        model = self.page_type(file, parent)
        slug = self.slug(file)
        action, found, note = self.decide(
            key, "lv", file.hash, self.made_by_hand(folder, parent, slug), page_state
        )
        is_other = model is not None and found is not None and type(found) is not model
        if is_other and action is not Action.LEAVE:
            self.problems.add(
                file.record.place_of("type"),
                f"On the site this page is a {found._meta.verbose_name}, and stays one.",
            )
        if found is None and parent is not None and parent.instance is None:
            action, note = Action.LEAVE, "the page above it was deleted on the site"
        if found is None and action is Action.CREATE:
            found = (model or Page)()
        return Item(
            key, "lv", file.hash, action, found, file.record, note, folder=folder, parent=parent
        )

    def existing(self, key: str, folder: PageFolder, parent: Item | None) -> Item:
        """The page that a folder without `lv.md` stands for."""
        found = self.objects.get((key, "lv")) or self.made_by_hand(folder, parent, folder.name)
        if found is None and folder.children:
            self.problems.add(
                folder.place, "There is no lv.md in this folder, and no such page on the site."
            )
        record = Record(folder.place)
        return Item(key, "lv", "", Action.KEEP, found, record, folder=folder, parent=parent)

    def made_by_hand(self, folder: PageFolder, parent: Item | None, slug: str) -> Page | None:
        if folder.key == HOME:
            root = self.site.root_page.specific if self.site else None
            return root if isinstance(root, HomePage) else None
        above = parent.instance if parent else None
        if above is None or not above.pk or not slug:
            return None
        page = above.get_children().filter(slug=slug).first()
        return page.specific if page else None

    def english(self, folder: PageFolder, file: PageFile, latvian: Item) -> Item:
        key, page = latvian.key, latvian.instance
        self.slug(file)
        by_hand = None
        if page is not None and page.pk:
            english = Locale.objects.filter(language_code="en").first()
            found = page.get_translation_or_none(english) if english else None
            by_hand = found.specific if found and not found.alias_of_id else None
        both = f"{latvian.hash[:32]}{file.hash[:32]}"
        action, found, note = self.decide(key, "en", both, by_hand, page_state)
        if latvian.action is Action.LEAVE and action in {Action.CREATE, Action.CHANGE}:
            # What it would be paired with is no longer what the file says.
            action, note = Action.LEAVE, f"the Latvian page was {latvian.note}"
        return Item(
            key, "en", both, action, found, file.record, note, folder=folder, parent=latvian
        )

    def page_type(self, file: PageFile, parent: Item | None) -> type[Page] | None:
        node = file.record.entries.get("type")
        name = node.text.strip() if isinstance(node, Text) else ""
        place = file.record.place_of("type")
        if not name:
            hint = did_you_mean(name, page_types())
            self.problems.add(file.record.place, f"type: This is missing.{hint}")
            return None
        model = page_types().get(name)
        if model is None:
            hint = did_you_mean(name, page_types())
            self.problems.add(place, f"There is no page type “{name}”.{hint}")
            return None
        self.check_parent(model, name, place, parent)
        return model

    def check_parent(self, model: type[Page], name: str, place: Place, parent: Item | None) -> None:
        if parent is None:
            if not issubclass(model, HomePage):
                self.problems.add(place, "The page at the top must be of the type home.")
            return
        above = type(parent.instance)
        if parent.instance is None or above is Page:
            return
        if model not in above.allowed_subpage_models():
            allowed = [
                key
                for key, known in page_types().items()
                if model in known.allowed_subpage_models()
            ]
            self.problems.add(
                place,
                f"A page of the type {name} can’t stand below one of the type "
                f"{_type_name(above)}, only "
                + (f"below: {', '.join(allowed)}." if allowed else "at the top."),
            )

    def slug(self, file: PageFile) -> str:
        """The page's slug, which is put into the record when the file leaves it out."""
        entries = file.record.entries
        node = entries.get("slug")
        if not isinstance(node, Text) or not node.text.strip():
            title = entries.get("title")
            made = slugify(title.text)[:250] if isinstance(title, Text) else ""
            if not made:
                return ""
            place = file.record.place_of("title")
            node = entries["slug"] = Text(place, made, place.line)
            file.record.keys["slug"] = place
        return node.text.strip()

    def check_slugs(self) -> None:
        """No two neighbours have the same address."""
        seen: dict[tuple[str, str, str], Item] = {}
        for item in (*self.plan.latvian, *self.plan.english):
            folder = item.folder
            slug = item.record.entries.get("slug")
            if folder is None or not isinstance(slug, Text):
                continue
            above = folder.key.rpartition("/")[0] if folder.key != HOME else "/"
            first = seen.setdefault((item.language, above, slug.text), item)
            if first is not item:
                other = first.record.place_of("slug")
                self.problems.add(
                    item.record.place_of("slug"),
                    f"slug: {other} has “{slug.text}” too. Give one of them another slug.",
                )


def _type_name(model: type[Page]) -> str:
    return next((name for name, known in page_types().items() if known is model), model.__name__)

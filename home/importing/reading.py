"""A folder of files to pages and entries."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from .kinds import CAMPAIGN, DOCUMENT, FUND, PICTURE, SETTINGS, entry_kinds, settings_kinds
from .nodes import Node, Record, Text, is_empty, parse_yaml, plain
from .problems import Place, Problems, did_you_mean
from .references import HOME

# Part of every hash: raised when the same file comes to mean something else.
FORMAT = 1
KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
COLLECTIONS = {
    "_pictures.yaml": PICTURE,
    "_documents.yaml": DOCUMENT,
    "_funds.yaml": FUND,
    "_campaigns.yaml": CAMPAIGN,
}
FOLDERS = {"_pictures", "_documents", "_snippets"}


@dataclass
class PageFile:
    """One language of a page: the keys at the top, with the text below as the key `body`."""

    place: Place
    record: Record
    hash: str


@dataclass
class PageFolder:
    """A folder. One without `lv.md` stands for a page that the site has."""

    key: str
    place: Place
    latvian: PageFile | None = None
    english: PageFile | None = None
    children: list["PageFolder"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    def order(self) -> tuple[int, str]:
        node = self.latvian.record.entries.get("order") if self.latvian else None
        text = node.text.strip() if isinstance(node, Text) else ""
        return (int(text) if text.isdecimal() else 10**9, self.name)


@dataclass
class Entry:
    """A row of something that is no page."""

    kind: str
    key: str
    record: Record
    hash: str
    file: Path | None = None


@dataclass
class Folder:
    """All that was read."""

    root: PageFolder
    entries: list[Entry] = field(default_factory=list)

    def pages(self) -> list[PageFolder]:
        """Parents first, in the order in which they are to stand."""
        found, waiting = [], [self.root]
        while waiting:
            page = waiting.pop(0)
            found.append(page)
            waiting = sorted(page.children, key=PageFolder.order) + waiting
        return found


def read(folder: Path, problems: Problems) -> Folder:
    return _Reader(folder, problems).read()


@dataclass
class _Reader:
    folder: Path
    problems: Problems

    def read(self) -> Folder:
        result = Folder(self.page(self.folder, HOME))
        for name, kind in COLLECTIONS.items():
            result.entries += self.entries(self.folder / name, kind)
        for path in sorted((self.folder / "_snippets").glob("*")):
            kinds = entry_kinds().keys() - {PICTURE, DOCUMENT, FUND, CAMPAIGN}
            if path.suffix != ".yaml" or path.stem not in kinds:
                hint = did_you_mean(path.stem, kinds)
                self.problems.add(
                    self.place(path), f"There is no kind of snippet “{path.stem}”.{hint}"
                )
                continue
            result.entries += self.entries(path, path.stem)
        result.entries += self.settings(self.folder / "_settings.yaml")
        self.check_names()
        return result

    def check_names(self) -> None:
        known = {*COLLECTIONS, *FOLDERS, "_settings.yaml"}
        for path in sorted(self.folder.glob("_*")):
            if path.name not in known:
                hint = did_you_mean(path.name, known)
                self.problems.add(self.place(path), f"This name means nothing.{hint}")

    def place(self, path: Path, line: int = 0) -> Place:
        return Place(path.relative_to(self.folder).as_posix(), line)

    # Pages

    def page(self, path: Path, key: str) -> PageFolder:
        page = PageFolder(key, self.place(path))
        for child in sorted(path.iterdir()):
            if child.name.startswith((".", "_")):
                continue
            if child.is_dir():
                if not KEY.fullmatch(child.name):
                    self.problems.add(
                        self.place(child),
                        "A folder’s name has small letters without diacritics, digits and hyphens.",
                    )
                    continue
                own = child.name if key == HOME else f"{key}/{child.name}"
                if own == HOME:
                    self.problems.add(self.place(child), "“home” is the key of the home page.")
                page.children.append(self.page(child, own))
            elif child.name == "lv.md":
                page.latvian = self.page_file(child)
            elif child.name == "en.md":
                page.english = self.page_file(child)
            else:
                hint = did_you_mean(child.name, ["lv.md", "en.md"])
                self.problems.add(self.place(child), f"This file is not known.{hint}")
        if page.english and not page.latvian:
            self.problems.add(page.english.place, "There is no lv.md that this translates.")
        return page

    def page_file(self, path: Path) -> PageFile | None:
        source = self.text(path)
        if source is None:
            return None
        lines = source.split("\n")
        end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
        if lines[0].rstrip() != "---" or not end:
            self.problems.add(
                self.place(path, 1), "The file begins with a line of ---, keys, and another ---."
            )
            return None
        where = self.place(path, 2)
        node = parse_yaml("\n".join(lines[1:end]), where, self.problems)
        if not isinstance(node, Record):
            if node is not None:
                self.problems.add(where, "Here must be keys with values, such as title: …")
            return None
        body = "\n".join(lines[end + 1 :])
        if body.strip():
            place = self.place(path, end + 2)
            if "body" in node.entries:
                self.problems.add(node.place_of("body"), "The body stands below the second ---.")
            node.entries["body"] = Text(place, body, place.line)
            node.keys["body"] = place
        return PageFile(self.place(path), node, _hash(source))

    # Everything else

    def entries(self, path: Path, kind: str) -> list[Entry]:
        record = self.collection(path)
        found = []
        for key, node in record.entries.items() if record else []:
            place = record.place_of(key) if record else self.place(path)
            if not KEY.fullmatch(key):
                self.problems.add(
                    place, "A key has small letters without diacritics, digits and hyphens."
                )
            if not isinstance(node, Record):
                self.problems.add(place, f"{key}: Here must be keys with values.")
                continue
            file = self.media(path, kind, key, node)
            content = file.read_bytes() if file else b""
            found.append(Entry(kind, key, node, _hash(plain(node), content), file))
        return found

    def media(self, path: Path, kind: str, key: str, record: Record) -> Path | None:
        """The file of a picture or document."""
        if kind not in {PICTURE, DOCUMENT}:
            return None
        folder = path.with_suffix("")
        node = record.entries.get("file")
        if node is None or is_empty(node):
            found = sorted(folder.glob(f"{key}.*"))
            if len(found) == 1:
                return found[0]
            message = f"There is no file {folder.name}/{key}.…" if not found else "Which file?"
            self.problems.add(record.place, f"{key}: {message} Name it with the key file.")
            return None
        name = node.text if isinstance(node, Text) else ""
        target = folder / name
        if "/" in name or not target.is_file():
            names = [child.name for child in folder.glob("*")] if folder.is_dir() else []
            hint = did_you_mean(name, names)
            self.problems.add(node.place, f"There is no file {folder.name}/{name}.{hint}")
            return None
        return target

    def settings(self, path: Path) -> list[Entry]:
        record = self.collection(path)
        found = []
        for key, node in record.entries.items() if record else []:
            place = record.place_of(key) if record else self.place(path)
            if key not in settings_kinds():
                hint = did_you_mean(key, settings_kinds())
                self.problems.add(place, f"There are no settings “{key}”.{hint}")
            elif not isinstance(node, Record):
                self.problems.add(place, f"{key}: Here must be keys with values.")
            else:
                found.append(Entry(SETTINGS, key, node, _hash(plain(node))))
        return found

    def collection(self, path: Path) -> Record | None:
        if not path.exists():
            return None
        source = self.text(path)
        node: Node | None = None
        if source is not None:
            node = parse_yaml(source, self.place(path, 1), self.problems)
        if node is not None and not isinstance(node, Record):
            self.problems.add(self.place(path, 1), "Here must be keys, each with its own values.")
            return None
        return node

    def text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.problems.add(self.place(path), "The file must be saved as UTF-8.")
        return None


def _hash(*parts: object) -> str:
    digest = hashlib.sha256(str(FORMAT).encode())
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()

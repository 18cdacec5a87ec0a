"""What is wrong with a file is said with its line, all at once, and with what to do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.importing.nodes import Record, Text, parse_yaml
from home.importing.problems import Place, Problems
from tests.home.contents import picture, problems, small, write

pytestmark = pytest.mark.django_db

# One page (from line 1 on), and what is said of it.
PAGES = {
    "no front matter": ("Teksts", "a/lv.md:1: The file begins with a line of ---"),
    "no end of it": ("---\ntype: standard\n", "a/lv.md:1: The file begins with a line of ---"),
    "no type": ("---\ntitle: A\n---\n", "a/lv.md:2: type: This is missing. Known: article,"),
    "unknown type": (
        "---\ntype: standart\ntitle: A\n---\n",
        "a/lv.md:2: There is no page type “standart”. Did you mean “standard”?",
    ),
    "no title": ("---\ntype: standard\n---\n", "a/lv.md:2: title: This is missing."),
    "unknown key": (
        "---\ntype: standard\ntitle: A\nintroductoin: B\n---\n",
        "a/lv.md:4: There is no key “introductoin” here. Did you mean “introduction”?",
    ),
    "key twice": (
        "---\ntype: standard\ntitle: A\ntitle: B\n---\n",
        "a/lv.md:4: “title” stands here twice.",
    ),
    "colon": (
        "---\ntype: standard\ntitle: Grāmata: par\n---\n",
        "a/lv.md:3: A colon with a space behind it: put the whole value in quotes.",
    ),
    "reserved sign": (
        "---\ntype: standard\ntitle: @home\n---\n",
        "a/lv.md:3: This sign can’t begin a value: put the whole value in quotes.",
    ),
    "used again": (
        "---\ntype: standard\ntitle: A\nintroduction: *a\n---\n",
        "a/lv.md:4: A value can’t begin with & or *: put the whole value in quotes.",
    ),
    "within itself": (
        "---\ntype: standard\ntitle: A\nintroduction: &a [*a]\n---\n",
        "a/lv.md:4: A value can’t begin with & or *: put the whole value in quotes.",
    ),
    "list for a word": (
        "---\ntype: standard\ntitle: [a, b]\n---\n",
        "a/lv.md:3: Here must be a single value.",
    ),
    "too long": (
        f"---\ntype: standard\ntitle: {'a' * 256}\n---\n",
        "a/lv.md:3: Ensure this value has at most 255 characters (it has 256).",
    ),
    "menu": (
        "---\ntype: standard\ntitle: A\nmenu: maybe\n---\n",
        "a/lv.md:4: “maybe” must be true or false.",
    ),
    "order": (
        "---\ntype: standard\ntitle: A\norder: first\n---\n",
        "a/lv.md:4: order: This must be a whole number.",
    ),
    "status": (
        "---\ntype: standard\ntitle: A\nstatus: drafts\n---\n",
        "a/lv.md:4: status: “drafts” is not one of the choices. Did you mean “draft”?",
    ),
    "day": (
        "---\ntype: standard\ntitle: A\npublished: 30.09.2022\n---\n",
        "a/lv.md:4: “30.09.2022” is not a day. Write it as 2022-09-30.",
    ),
    "impossible day": (
        "---\ntype: standard\ntitle: A\npublished: 2022-02-30\n---\n",
        "a/lv.md:4: “2022-02-30” is not a day.",
    ),
    "amount": (
        "---\ntype: donation\ntitle: A\nminimum: 12,3x\n---\n",
        "a/lv.md:4: “12,3x” is not an amount. Write it in euro, such as 32967.86.",
    ),
    "rule of the field": (
        "---\ntype: donation\ntitle: A\nminimum: 0\n---\n",
        "a/lv.md:4: Ensure this value is greater than or equal to",
    ),
    "rule of the model": (
        "---\ntype: donation\ntitle: A\nminimum: 50\nmaximum: 20\n---\n",
        "a/lv.md:5: maximum: The largest gift can’t be smaller than the smallest.",
    ),
    "choice in a row": (
        "---\ntype: donation\ntitle: A\npresets:\n  - amount: 10\n    frequency: montly\n---\n",
        "a/lv.md:6: “montly” is not one of the choices. Did you mean “monthly”?",
    ),
    "missing in a row": (
        "---\ntype: donation\ntitle: A\npresets:\n  - meaning: b\n---\n",
        "a/lv.md:5: amount: This is missing.",
    ),
    "unknown key in a row": (
        "---\ntype: donation\ntitle: A\npresets:\n  - amount: 10\n    amuont: 10\n---\n",
        "a/lv.md:6: There is no key “amuont” here. Did you mean “amount”?",
    ),
    "no list": (
        "---\ntype: donation\ntitle: A\npresets: 10\n---\n",
        "a/lv.md:4: Here must be a list, each of its rows with -.",
    ),
    "broken reference": (
        "---\ntype: donation\ntitle: A\nfund: fund:newborm\n---\n",
        "a/lv.md:4: There is no “fund:newborm”. Did you mean “fund:newborn”?",
    ),
    "no reference": (
        "---\ntype: donation\ntitle: A\nfund: newborn\n---\n",
        "a/lv.md:4: “newborn” is no reference. Did you mean “fund:newborn”?",
    ),
    "wrong kind of reference": (
        "---\ntype: donation\ntitle: A\nfund: page:home\n---\n",
        "a/lv.md:4: “page:home” is a home page; this must be a fund.",
    ),
    "home below home": (
        "---\ntype: home\ntitle: A\nhero_heading: B\n---\n",
        "a/lv.md:2: A page of the type home can’t stand below one of the type home, only at",
    ),
    "link in Markdown": (
        "---\ntype: standard\ntitle: A\n---\n\nB\n[c](page:nowhere)\n",
        "a/lv.md:7: There is no “page:nowhere”.",
    ),
    "address of this site": (
        "---\ntype: standard\ntitle: A\n---\n\n[c](/par-mums/)\n",
        "a/lv.md:6: The link “/par-mums/” must begin with page:, document:, https:// or mailto:.",
    ),
    "first heading": (
        "---\ntype: standard\ntitle: A\n---\n\n# B\n",
        "a/lv.md:6: The title is the first heading; use ## here.",
    ),
    "deep heading": (
        "---\ntype: standard\ntitle: A\n---\n\n#### B\n",
        "a/lv.md:6: This text can’t hold headings with ####.",
    ),
    "html": (
        "---\ntype: standard\ntitle: A\n---\n\nB <u>c</u>\n",
        "a/lv.md:6: HTML is not understood here.",
    ),
    "code": (
        "---\ntype: standard\ntitle: A\n---\n\nB `c`\n",
        "a/lv.md:6: Words between ` are for programs.",
    ),
    "line across": (
        "---\ntype: standard\ntitle: A\n---\n\nB\n\n***\n",
        "a/lv.md:8: A line across has no place here.",
    ),
    "picture in a sentence": (
        "---\ntype: standard\ntitle: A\n---\n\nB ![](picture:house)\n",
        "a/lv.md:6: A picture stands in a paragraph of its own",
    ),
    "description in the text": (
        "---\ntype: standard\ntitle: A\n---\n\n![Māja](picture:house)\n",
        "a/lv.md:6: Nothing stands between ![ and ]",
    ),
    "no such picture": (
        "---\ntype: standard\ntitle: A\n---\n\n![](picture:hose)\n",
        "a/lv.md:6: There is no “picture:hose”. Did you mean “picture:house”?",
    ),
    "unknown block": (
        "---\ntype: standard\ntitle: A\n---\n\n::: step\nitems: []\n:::\n",
        "a/lv.md:6: There is no block “step” here. Did you mean “steps”?",
    ),
    "block without an end": (
        "---\ntype: standard\ntitle: A\n---\n\n::: steps\nitems:\n  - title: B\n  - title: C\n",
        "a/lv.md:6: This block has no end: a line with only :::",
    ),
    "too few rows in a block": (
        "---\ntype: standard\ntitle: A\n---\n\n::: steps\nitems:\n  - title: B\n:::\n",
        "a/lv.md:8: items: The minimum number of items is 2",
    ),
    "missing in a block": (
        "---\ntype: standard\ntitle: A\n---\n\n::: steps\nitems:\n  - title: B\n  - text: C\n:::\n",
        "a/lv.md:9: title: This field is required.",
    ),
    "rule of a block": (
        (
            "---\ntype: standard\ntitle: A\n---\n\n::: call_to_action\nheading: B\nlink:\n"
            "  label: C\n:::\n"
        ),
        "a/lv.md:9: page: Choose a page or give an address, one of the two.",
    ),
    "choice in a block": (
        (
            "---\ntype: standard\ntitle: A\n---\n\n::: cards\nitems:\n"
            "  - heading: B\n    link: {label: C, page: page:home}\n    illustration: hose\n"
            "  - heading: B\n    link: {label: C, page: page:home}\n:::\n"
        ),
        "a/lv.md:10: “hose” is not one of the choices. Did you mean “house”?",
    ),
    "wrong page in a block": (
        (
            "---\ntype: home\ntitle: A\nhero_heading: B\n---\n\n::: donation_form\nheading: C\n"
            "page: page:home\n:::\n"
        ),
        "lv.md:9: “page:home” is a home page; this must be a donation page.",
    ),
    "ragged table": (
        "---\ntype: standard\ntitle: A\n---\n\n::: table\nrows:\n  - [a, b]\n  - [c]\n:::\n",
        "a/lv.md:7: A table needs rows with equally many cells.",
    ),
}


def folder_with(tmp_path: Path, content: str) -> Path:
    name = "lv.md" if "donation_form" in content else "a/lv.md"
    files: dict[str, str | bytes] = {
        "_funds.yaml": "newborn:\n  name_lv: A\n  name_en: A\n  purpose_lv: A\n  purpose_en: A\n",
        "_pictures.yaml": "house:\n  title: Māja\n  is_decorative: true\n",
        "_pictures/house.png": picture(),
    }
    folder = small(tmp_path, files)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content)
    if name == "lv.md":
        (folder / "en.md").unlink()
    return folder


@pytest.mark.parametrize(("content", "message"), PAGES.values(), ids=PAGES)
def test_a_page(tmp_path: Path, content: str, message: str) -> None:
    (problem,) = problems(folder_with(tmp_path, content))
    assert problem.startswith(message)


LATVIAN = """\
---
type: standard
title: A
introduction: B
---

Rindkopa ar [saiti](page:home).

- viens
- divi
- trīs

## Virsraksts

::: steps
items:
  - title: C
  - title: D
:::
"""
REST = """\
With a [link](page:home).

- one
- two
- three

## Heading

::: steps
items:
  - title: C
  - title: D
:::
"""
TOP = """\
---
title: A
introduction: B
---

With a [link](page:home).

- one
- two
- three
"""
SAME = "This is the same in both languages. Leave it out of the English file."
ENGLISH = {
    "all well": (
        (TOP + "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n"),
        [],
    ),
    "list": (
        (
            "---\ntitle: A\nintroduction: B\n---\n\nWith a [link](page:home).\n\n- one\n- two\n"
            "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n"
        ),
        ["a/en.md:8: A list of 2 items; a/lv.md:9 has 3."],
    ),
    "links": (
        (
            "---\ntitle: A\nintroduction: B\n---\n\nWithout.\n\n- one\n- two\n- three\n"
            "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n"
        ),
        ["a/en.md:6: Links here: 0; a/lv.md:7 has 1."],
    ),
    "other block": (
        (TOP + "\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n"),
        ["a/en.md:12: Here is the block steps; a/lv.md:13 has heading."],
    ),
    "block missing": (
        (TOP + "\n## Heading\n"),
        ["a/en.md:5: The block steps of a/lv.md:15 is missing."],
    ),
    "block too much": (
        (TOP + "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n\nMore.\n"),
        ["a/en.md:20: Here is the block text that the Latvian page has not."],
    ),
    "paragraph missing": (
        (
            "---\ntitle: A\nintroduction: B\n---\n\n- one\n- two\n- three\n"
            "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - title: D\n:::\n"
        ),
        ["a/en.md:6: Here is a list; a/lv.md:7 has a paragraph."],
    ),
    "rows": (
        (TOP + "\n## Heading\n\n::: steps\nitems:\n  - title: C\n:::\n"),
        ["a/en.md:15: items: 1 rows here; a/lv.md:17 has 2."],
    ),
    "words missing": (
        (
            "---\ntitle: A\n---\n\nWith a [link](page:home).\n\n- one\n- two\n- three\n"
            "\n## Heading\n\n::: steps\nitems:\n  - title: C\n  - text: D\n:::\n"
        ),
        [
            "a/en.md:1: introduction: The English of a/lv.md:4 is missing.",
            "a/en.md:16: text: The Latvian page has nothing to translate here.",
            "a/en.md:16: title: The English of a/lv.md:18 is missing.",
        ],
    ),
    "nothing but a title": (
        "---\ntitle: A\nintroduction: B\n---\n",
        [
            "a/en.md:1: heading: The English of a/lv.md:13 is missing.",
            "a/en.md:1: text: The English of a/lv.md:7 is missing.",
            "a/en.md:1: title: The English of a/lv.md:17 is missing.",
            "a/en.md:1: title: The English of a/lv.md:18 is missing.",
        ],
    ),
    "a fact": (
        "---\ntitle: A\nintroduction: B\nmenu: true\ntype: home\n---\n\n" + REST,
        [
            f"a/en.md:4: menu: {SAME}",
            f"a/en.md:5: type: {SAME}",
        ],
    ),
    "rule of the field": (
        f"---\ntitle: {'A' * 256}\nslug: a\nintroduction: B\n---\n\n" + REST,
        ["a/en.md:2: Ensure this value has at most 255 characters (it has 256)."],
    ),
}


@pytest.mark.parametrize(("content", "messages"), ENGLISH.values(), ids=ENGLISH)
def test_english_that_does_not_fit(tmp_path: Path, content: str, messages: list[str]) -> None:
    folder = write(small(tmp_path), {"a/lv.md": LATVIAN, "a/en.md": content})
    assert problems(folder) == messages


FILES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "no alternative text": (
        {"_pictures.yaml": "a:\n  title: A\n", "_pictures/a.png": picture()},
        "_pictures.yaml:2: alternative_text_en: Describe the picture, or mark it as decorative.",
    ),
    "no picture": (
        {"_pictures.yaml": "a:\n  title: A\n  is_decorative: true\n", "_pictures/a.png": b"no"},
        "_pictures.yaml:2: a.png: This is no picture.",
    ),
    "no file": (
        {"_pictures.yaml": "a:\n  title: A\n  is_decorative: true\n"},
        "_pictures.yaml:2: a: There is no file _pictures/a.…",
    ),
    "wrong file": (
        {
            "_pictures.yaml": "a:\n  title: A\n  file: hose.png\n  is_decorative: true\n",
            "_pictures/house.png": picture(),
        },
        "_pictures.yaml:3: There is no file _pictures/hose.png. Did you mean “house.png”?",
    ),
    "kind of document": (
        {"_documents.yaml": "a:\n  title: A\n", "_documents/a.exe": b"a"},
        "_documents.yaml:2: a.exe: Files of this kind are not taken",
    ),
    "unknown snippet": (
        {"_snippets/persons.yaml": "a: {}\n"},
        "_snippets/persons.yaml: There is no kind of snippet “persons”. Did you mean “person”?",
    ),
    "unknown settings": (
        {"_settings.yaml": "organization: {}\n"},
        "_settings.yaml:1: There are no settings “organization”. Did you mean “organisation”?",
    ),
    "key": ({"_snippets/person.yaml": "Ā b: {}\n"}, "_snippets/person.yaml:1: A key has"),
    "unknown file": (
        {"a/lv.md": "---\ntype: standard\ntitle: A\n---\n", "a/eng.md": "---\ntitle: B\n---\n"},
        "a/eng.md: This file is not known. Did you mean “en.md”?",
    ),
    "unknown collection": (
        {"_picture.yaml": "a: {}\n"},
        "_picture.yaml: This name means nothing. Did you mean “_pictures.yaml”?",
    ),
    "name of a folder": (
        {"Ā/lv.md": "---\ntype: standard\ntitle: A\n---\n"},
        "Ā: A folder’s name has small letters",
    ),
    "same slug": (
        {
            "a/lv.md": "---\ntype: standard\ntitle: Tas pats\n---\n",
            "b/lv.md": "---\ntype: standard\ntitle: Tas pats\n---\n",
        },
        "b/lv.md:3: slug: a/lv.md:3 has “tas-pats” too. Give one of them another slug.",
    ),
    "only English": ({"a/en.md": "---\ntitle: A\n---\n"}, "a/en.md: There is no lv.md"),
    "no parent": (
        {"a/b/lv.md": "---\ntype: standard\ntitle: A\n---\n"},
        "a: There is no lv.md in this folder, and no such page on the site.",
    ),
    "not in UTF-8": ({"a/lv.md": "---\ntitle: Ā".encode("cp1257")}, "a/lv.md: The file must be"),
}


@pytest.mark.parametrize(("files", "message"), FILES.values(), ids=FILES)
def test_files(tmp_path: Path, files: dict[str, str | bytes], message: str) -> None:
    found = problems(small(tmp_path, files))
    assert found
    assert found[0].startswith(message), found


@pytest.mark.parametrize("status", ["live", "draft"])
def test_a_picture_without_consent(tmp_path: Path, status: str) -> None:
    """Nothing is written then, not even the pages before it."""
    files: dict[str, str | bytes] = {
        "_pictures.yaml": "child:\n  title: Bērns\n  is_decorative: true\n  shows_children: true\n"
        "  consent_reference: A 1\n  consent_until: 2020-01-01\n",
        "_pictures/child.png": picture(),
        "a/lv.md": f"---\ntype: standard\ntitle: A\nstatus: {status}\n---\n\n![](picture:child)\n",
    }
    found = problems(small(tmp_path, files))
    if status == "draft":
        assert found == []
    else:
        (problem,) = found
        assert problem.startswith("a/lv.md:7: The consent for the picture “Bērns” holds only until")


def test_all_at_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/lv.md": "---\ntype: standard\ntitel: A\nmenu: maybe\n---\n\n#### B\n",
        "b/lv.md": "---\ntype: donation\ntitle: B\nminimum: x\nfund: fund:none\n---\n",
    }
    places = [problem.split(": ")[0] for problem in problems(small(tmp_path, files))]
    assert places == [
        "a/lv.md:2", "a/lv.md:3", "a/lv.md:4", "a/lv.md:7", "b/lv.md:4", "b/lv.md:5",
    ]  # fmt: skip


KEYS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u2028\u2029"),
    max_size=60,
)


@given(st.dictionaries(KEYS, WORDS, min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_quoted_words_come_out_as_they_were(values: dict[str, str]) -> None:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    source = "\n".join(f"{key}: {quoted(value)}" for key, value in values.items())
    found = Problems()
    node = parse_yaml(source, Place("a.yaml", 5), found)
    assert not found
    assert isinstance(node, Record)
    for line, (key, value) in enumerate(values.items(), 5):
        text = node.entries[key]
        assert isinstance(text, Text)
        assert text.text == value
        assert node.place_of(key).line == line


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_breaks_the_reader(source: str) -> None:
    """Whatever stands in a file: it is read, or the problem has a line that exists."""
    found = Problems()
    parse_yaml(source, Place("a.yaml", 1), found)
    lines = source.count("\n") + source.count("\r") + source.count("\x85") + 2
    lines += source.count("\u2028") + source.count("\u2029")
    for problem in found.found:
        assert 1 <= problem.place.line <= lines


def test_few_lines_never_stand_for_endlessly_many() -> None:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = Problems()
    assert parse_yaml("\n".join(lines), Place("a.yaml", 1), found) is None
    assert {problem.place.line for problem in found.found} == set(range(1, 31))

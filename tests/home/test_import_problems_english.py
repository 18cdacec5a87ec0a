"""English that does not fit the Latvian page is said with the lines of both."""

from pathlib import Path

import pytest

from tests.home.contents import problems, small, write

pytestmark = pytest.mark.django_db

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

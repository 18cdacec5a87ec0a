"""What is wrong with files and folders, and with many of them at once."""

from pathlib import Path

import pytest

from tests.home.contents import picture, problems, small

pytestmark = pytest.mark.django_db

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

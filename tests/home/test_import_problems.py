"""What is wrong with a page is said with its line, all at once, and with what to do."""

from pathlib import Path

import pytest

from tests.home.contents import picture, problems, small

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

"""What the files say is what the pages have."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    TemplateSegment,
    Translation,
    TranslationContext,
    TranslationSource,
)

from home.importing.report import import_content
from tests.home.contents import page, picture, run, small, write
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db

ABOUT_LV = """
    ---
    type: standard
    title: Par mums
    menu: true
    introduction: >
      Bērnam vajadzīgs
      cilvēks, kurš paliek.
    published: 2022-09-30
    ---

    Pirmā **rindkopa** ar [saiti](page:work/newborn) un
    [citu](https://example.org/lv).

    - viens
    - divi

    ### Mazs virsraksts

    Rinda\\
    un cita

    ## Virsraksts

    ![](picture:house "Paraksts")

    > Mākoņi aiziet.
    >
    > — Austra, meitene

    | Gads | Bērni |
    |------|-------|
    | 2025 | 12    |

    ::: steps
    items:
      - title: Piezvaniet
        text: Pietiek ar vārdu.
      - title: Iepazīstamies
    :::

    ::: table Bērni pa gadiem
    | Gads | Skaits |
    |------|--------|
    | 2024 | daudz  |
    :::

    Beigas.
"""
ABOUT_EN = """
    ---
    title: About us
    introduction: A child needs a person who stays.
    ---

    With [another](https://example.org/en) one, the first **paragraph** and
    [a link](page:work/newborn).

    - one
    - two

    ### Small heading

    A line\\
    and another

    ## Heading

    ![](picture:house "Caption")

    > Clouds move on.
    >
    > — Austra, a girl

    | Year | Children |
    |------|----------|
    | 2025 | 12       |

    ::: steps
    items:
      - title: Call
        text: A name is enough.
      - title: We meet
    :::

    ::: table Children by year
    | Year | Number |
    |------|--------|
    | 2024 | many   |
    :::

    The end.
"""
FILES: dict[str, str | bytes] = {
    "about/lv.md": ABOUT_LV,
    "about/en.md": ABOUT_EN,
    "work/lv.md": "---\ntype: standard\ntitle: Ko mēs darām\norder: 1\n---\n",
    "work/en.md": "---\ntitle: What we do\n---\n",
    "work/newborn/lv.md": "---\ntype: standard\ntitle: Piedzimstot\nstatus: draft\n---\n",
    "_pictures.yaml": """
        house:
          title: Māja
          alternative_text_lv: Māja mākoņos
          alternative_text_en: A house in the clouds
          credit: Anna
          tags: [mājas, zīmējums]
    """,
    "_pictures/house.png": picture(),
}


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    folder = small(tmp_path, FILES)
    run(folder)
    return folder


def blocks(page: Any) -> list[tuple[str, Any]]:
    return [(block.block_type, block.value) for block in page.body]


def test_the_tree_is_the_tree_of_folders(imported: Path) -> None:
    assert [
        (page.locale.language_code, page.url_path, page.live)
        for page in Page.objects.filter(depth__gte=2).order_by("path")
    ] == [
        ("lv", "/sakums/", True),
        ("lv", "/sakums/ko-mes-daram/", True),
        ("lv", "/sakums/ko-mes-daram/piedzimstot/", False),
        ("lv", "/sakums/par-mums/", True),
        ("en", "/home/", True),
        ("en", "/home/what-we-do/", True),
        ("en", "/home/about-us/", True),
    ]
    assert not any(Page.find_problems())
    site = Site.objects.get()
    assert site.is_default_site
    assert site.root_page == page("sakums").page_ptr


def test_markdown_becomes_blocks(imported: Path) -> None:
    about = page("par-mums")
    newborn = page("piedzimstot")
    assert about.introduction == "Bērnam vajadzīgs cilvēks, kurš paliek."
    assert about.show_in_menus
    assert timezone.localdate(about.first_published_at) == datetime.date(2022, 9, 30)
    kinds = [kind for kind, _value in blocks(about)]
    assert kinds == [
        "text", "heading", "picture", "quote", "table", "steps", "table", "text",
    ]  # fmt: skip
    values = [value for _kind, value in blocks(about)]
    assert values[0].source == (
        f'<p>Pirmā <b>rindkopa</b> ar <a id="{newborn.pk}" linktype="page">saiti</a> un '
        '<a href="https://example.org/lv">citu</a>.</p>'
        "<ul><li>viens</li><li>divi</li></ul>"
        "<h3>Mazs virsraksts</h3><p>Rinda<br/>un cita</p>"
    )
    assert values[1] == "Virsraksts"
    assert values[2]["image"].title == "Māja"
    assert values[2]["caption"] == "Paraksts"
    assert dict(values[3]) == {"text": "Mākoņi aiziet.", "author": "Austra", "role": "meitene"}
    assert values[4]["data"] == [["Gads", "Bērni"], ["2025", "12"]]
    assert values[4]["first_row_is_table_header"]
    assert [dict(step) for step in values[5]["items"]] == [
        {"title": "Piezvaniet", "text": "Pietiek ar vārdu."},
        {"title": "Iepazīstamies", "text": ""},
    ]
    assert values[6]["table_caption"] == "Bērni pa gadiem"


def test_english_is_paired_by_its_place(imported: Path) -> None:
    about = page("about-us", "en")
    newborn = page("piedzimstot")
    values = [value for _kind, value in blocks(about)]
    # The links stand in another order, and one of them leads elsewhere.
    assert values[0].source == (
        '<p>With <a href="https://example.org/en">another</a> one, the first <b>paragraph</b> and '
        f'<a id="{newborn.pk}" linktype="page">a link</a>.</p>'
        "<ul><li>one</li><li>two</li></ul>"
        "<h3>Small heading</h3><p>A line<br/>and another</p>"
    )
    assert values[1] == "Heading"
    assert values[2]["image"].title == "Māja"
    assert values[2]["caption"] == "Caption"
    assert dict(values[3]) == {"text": "Clouds move on.", "author": "Austra", "role": "a girl"}
    assert values[4]["data"] == [["Year", "Children"], ["2025", "12"]]
    assert [step["title"] for step in values[5]["items"]] == ["Call", "We meet"]
    assert values[6]["table_caption"] == "Children by year"
    assert about.show_in_menus
    assert about.first_published_at == page("par-mums").first_published_at
    assert not about.has_unpublished_changes


def test_the_translation_is_one_for_the_editor(imported: Path) -> None:
    for translation in Translation.objects.all():
        done, wanted = translation.get_progress()
        assert done == wanted
        # Publishing from the side-by-side editor gives the same page again.
        target = translation.get_target_instance()
        again = translation.source.get_ephemeral_translated_instance(translation.target_locale)
        assert _content(again) == _content(target)
    assert Translation.objects.count() == 3
    (override,) = SegmentOverride.objects.all()
    assert override.data == "https://example.org/en"


def _content(page: Any) -> dict[str, Any]:
    data = page.serializable_data()
    # PostgreSQL keeps the keys in an order of its own.
    data |= {name: json.loads(data[name]) for name in {"body"} & data.keys()}
    names = {"title", "slug", "introduction", "body", "show_in_menus", "hero_heading"}
    return {name: value for name, value in data.items() if name in names}


def test_the_source_is_written_as_wagtail_localize_does(imported: Path) -> None:
    def written() -> list[Any]:
        models = (StringSegment, TemplateSegment, OverridableSegment)
        kept = [
            sorted(
                (row.source_id, row.context.path, row.order, getattr(row, "attrs", ""))
                for row in model.objects.select_related("context")
            )
            for model in models
        ]
        contexts = TranslationContext.objects.order_by("path", "object_id")
        return [*kept, list(contexts.values_list("path", "field_path", "path_id"))]

    before = written()
    for source in TranslationSource.objects.all():
        source.update_from_db()
    assert written() == before
    for source in TranslationSource.objects.all():
        live = source.get_source_instance()
        assert TranslationSource.update_or_create_from_instance(live)[1] is False


def test_visitors_see_both(imported: Path, client: Client) -> None:
    for path, language in (("/", "lv"), ("/en/", "en"), ("/en/about-us/", "en")):
        response = client.get(path)
        assert response.status_code == 200
        assert Document(response.content).language == language
    assert client.get("/ko-mes-daram/piedzimstot/").status_code == 404


def test_pictures(imported: Path) -> None:
    house = page("par-mums").body[2].value["image"]
    assert house.alternative_text_en == "A house in the clouds"
    assert (house.width, house.height) == (40, 30)
    assert {tag.name for tag in house.tags.all()} == {"mājas", "zīmējums"}
    assert house.file.read() == picture()


def test_a_folder_without_a_page_stands_for_one_of_the_site(site: Site, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "par-mums/history/lv.md": "---\ntype: standard\ntitle: Vēsture\n---\n"
    }
    run(write(tmp_path, files))
    assert page("vesture").get_parent() == page("par-mums").page_ptr


def test_new_pages_stand_in_their_order(imported: Path) -> None:
    files: dict[str, str | bytes] = {
        "early/lv.md": "---\ntype: standard\ntitle: Agrā\norder: 2\n---\n",
        "early/en.md": "---\ntitle: Early\n---\n",
    }
    run(write(imported, files))
    slugs = [[child.slug for child in page(*home).get_children()] for home in HOMES]
    assert slugs == [["ko-mes-daram", "agra", "par-mums"], ["what-we-do", "early", "about-us"]]
    assert not any(Page.find_problems())


HOMES = (("sakums", "lv"), ("home", "en"))


def test_the_command_says_what_it_did(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_content", str(imported))
    assert capsys.readouterr().out.splitlines() == [
        "not translated: work/newborn",
        "0 new, 0 changed, 8 unchanged, 0 left alone",
    ]


def test_everything_can_be_described(capsys: pytest.CaptureFixture[str]) -> None:
    from home.importing.kinds import entry_kinds, page_types, settings_kinds

    for name in ("", *page_types(), *entry_kinds(), *settings_kinds()):
        call_command("import_content", describe=name)
        assert capsys.readouterr().out
    call_command("import_content", describe="donation")
    described = capsys.readouterr().out
    assert "*+title: words" in described
    assert "minimum: money" in described
    assert "- * amount: money" in described


def test_progress_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    import_content(small(tmp_path), say=said.append)
    assert said == ["new: page:home (lv)", "new: page:home (en)"]

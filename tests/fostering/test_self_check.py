"""The self-check: what answers say of the ways of helping, and that nothing is kept of them."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from fostering.models import LandingPage, SelfCheckPage, SupportCentre, WayOfHelpingPage
from fostering.self_check import chosen_in, evaluate
from sosbca.core.regions import Region
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
ASPECTS = ("for_whom", "how_long", "requirements", "training", "allowance", "support")


@pytest.fixture
def landing(site: Site) -> LandingPage:
    return pages.add(site.root_page, LandingPage, "Kļūt", "klut")


@pytest.fixture
def ways(landing: LandingPage) -> dict[str, WayOfHelpingPage]:
    words = dict.fromkeys(ASPECTS, "–")
    return {
        slug: pages.add(landing, WayOfHelpingPage, slug.title(), slug, **words)
        for slug in ("foster", "crisis", "host")
    }


def rule(effect: str, words: str = "", *ways: Page) -> dict[str, Any]:
    return {"effect": effect, "ways": list(ways), "words": words}


def question(*answers: list[dict[str, Any]], several: bool = False) -> tuple[str, dict[str, Any]]:
    rows = [{"text": f"Answer {n}", "rules": rules} for n, rules in enumerate(answers)]
    return ("question", {"text": "Why?", "hint": "", "several": several, "answers": rows})


@pytest.fixture
def check(landing: LandingPage, ways: dict[str, WayOfHelpingPage]) -> SelfCheckPage:
    foster, crisis, host = ways.values()
    questions = [
        question(
            [rule("fits", "Weekends.", host)],
            [rule("fits", "Some years.", foster)],
            [rule("fits", "At night.", foster, crisis)],
            several=True,
        ),
        question(
            [rule("obstacle", "Three years first.", crisis), rule("talk", "Room.", foster)],
            [rule("talk", "The family.")],
            [rule("obstacle", "No time.")],
        ),
    ]
    page = pages.add(landing, SelfCheckPage, "Derētu", "deretu", questions=questions)
    # As it is read from the database.
    return SelfCheckPage.objects.get(pk=page.pk)


def said(check: SelfCheckPage, chosen: dict[int, set[int]]) -> tuple[list[str], ...]:
    result = evaluate(check.questions, chosen, WayOfHelpingPage.objects.order_by("path"))
    groups = (result.fitting, result.possible, result.blocked)
    return tuple([verdict.way.slug for verdict in group] for group in groups)


def test_what_speaks_for_more_comes_first(check: SelfCheckPage) -> None:
    assert said(check, {0: {0}}) == (["host"], ["foster", "crisis"], [])
    assert said(check, {0: {0, 1, 2}}) == (["foster", "crisis", "host"], [], [])


def test_an_obstacle_outweighs_all(check: SelfCheckPage) -> None:
    chosen = {0: {1, 2}, 1: {0}}
    assert said(check, chosen) == (["foster"], ["host"], ["crisis"])
    result = evaluate(check.questions, chosen, WayOfHelpingPage.objects.all())
    assert result.fitting[0].talks == ["Room."]
    assert result.blocked[0].obstacles == ["Three years first."]


def test_a_rule_without_ways_counts_for_all(check: SelfCheckPage) -> None:
    assert said(check, {1: {2}}) == ([], [], ["foster", "crisis", "host"])
    result = evaluate(check.questions, {1: {1}}, WayOfHelpingPage.objects.all())
    assert result.talks == ["The family."]
    assert [verdict.talks for verdict in result.possible] == [[], [], []]


def test_rules_hold_for_the_way_in_every_language(
    check: SelfCheckPage, ways: dict[str, WayOfHelpingPage]
) -> None:
    pages.english(pages.above(check), "Become", "become")
    english = pages.english(ways["host"], "Host", "host-en")
    result = evaluate(check.questions, {0: {0}}, [english])
    assert [verdict.way for verdict in result.fitting] == [english]


def test_a_deleted_way_takes_its_rules_with_it(
    check: SelfCheckPage, ways: dict[str, WayOfHelpingPage]
) -> None:
    ways["crisis"].delete()
    check = SelfCheckPage.objects.get(pk=check.pk)
    assert said(check, {0: {2}, 1: {0}}) == (["foster"], ["host"], [])


@pytest.mark.parametrize(
    ("posted", "chosen"),
    [
        ("q0=0&q0=2", {0: {0, 2}}),
        ("q1=1&q1=2", {1: {1}}),
        ("q0=7&q0=-1&q0=x&q1=", {}),
        ("q9=0", {}),
    ],
)
def test_what_is_no_answer_is_left_out(
    check: SelfCheckPage, posted: str, chosen: dict[int, set[int]]
) -> None:
    assert chosen_in(QueryDict(posted), check.questions) == chosen


# The page ----------------------------------------------------------------------------------------


def centre(name: str, **fields: Any) -> SupportCentre:
    return SupportCentre.objects.create(
        name_lv=name, name_en=name, phone="+371 2000 0001", email="centre@example.org", **fields
    )


def test_the_result_is_the_answer_to_the_form(check: SelfCheckPage, visitor: Client) -> None:
    centre("Rīga", town="riga", regions=[Region.RIGA])
    centre("Valmiera", town="valmiera", municipalities=["cesis"])
    form = Document(visitor.get("/klut/deretu/").content).one("form", class_="self-check")
    assert (form["method"], form["action"]) == ("post", "/klut/deretu/#result")
    response = visitor.post("/klut/deretu/", {"q0": ["0"], "q1": "0", "municipality": "cesis"})
    assert response.status_code == 200
    shown = Document(response.content)
    text = shown.one("main").text
    for words in ("Weekends.", "Three years first.", "Valmiera", "+371 2000 0001"):
        assert words in text
    assert "Rīga" not in shown.one("section", id="result").text
    # What was chosen is still there, to be changed.
    assert "checked" in shown.one("input", id="q0-0").attributes
    assert "checked" not in shown.one("input", id="q0-1").attributes


def test_without_a_municipality_all_open_centres_are_shown(
    check: SelfCheckPage, visitor: Client
) -> None:
    centre("Valmiera", town="valmiera")
    centre("Kuldīga", town="kuldiga", is_open=False)
    for place in ("", "atlantis"):
        answer = visitor.post("/klut/deretu/", {"q0": "0", "municipality": place})
        text = Document(answer.content).one("section", id="result").text
        assert "Valmiera" in text
        assert "Kuldīga" not in text


def test_an_empty_form_says_so(check: SelfCheckPage, visitor: Client) -> None:
    response = visitor.post("/klut/deretu/", {"municipality": "cesis"})
    assert response.status_code == 422
    links = [link["href"] for link in Document(response.content).all("a")]
    assert "#q0-0" in links


def test_nothing_is_kept(
    check: SelfCheckPage, visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    # What the first showing of the site writes down, such as empty settings.
    visitor.get("/klut/deretu/")
    with CaptureQueriesContext(connection) as queries:
        response = visitor.post("/klut/deretu/", {"q0": ["0", "1"], "municipality": "cesis"})
    written = [
        query["sql"]
        for query in queries
        if query["sql"].split()[0] not in {"SELECT", "SAVEPOINT", "RELEASE"}
    ]
    assert written == []
    assert not response.cookies
    assert "no-store" in response.headers["Cache-Control"]
    assert "cesis" not in caplog.text
    # Answers in an address would stand in logs; they are not read from there.
    assert "result-title" not in visitor.get("/klut/deretu/?q0=0").content.decode()


def test_the_number_of_queries_does_not_grow(
    check: SelfCheckPage, ways: dict[str, WayOfHelpingPage], visitor: Client
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            visitor.post("/klut/deretu/", {"q0": "0", "q1": "1"})
        return len(queries)

    count()
    few = count()
    words = dict.fromkeys(ASPECTS, "–")
    landing = pages.above(check)
    for number in range(5):
        pages.add(landing, WayOfHelpingPage, f"W{number}", f"w{number}", **words)
    block = question(*[[rule("fits", f"{n}", *ways.values())] for n in range(6)])
    check.questions = [
        *check.questions.raw_data,
        *[
            {
                "type": block[0],
                "value": {
                    **block[1],
                    "answers": [
                        {
                            "text": row["text"],
                            "rules": [
                                {**one, "ways": [way.pk for way in one["ways"]]}
                                for one in row["rules"]
                            ],
                        }
                        for row in block[1]["answers"]
                    ],
                },
            }
            for _n in range(5)
        ],
    ]
    check.save()
    assert count() <= few

"""The board: what it shows to whom, and the moving of cards."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from fostering.admin.board.columns import SHOWN
from fostering.models import Case, CaseEvent, SupportCentre
from fostering.services import cases
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre
from tests.fostering.made_cases import made, recruiter, signed_in
from tests.fostering.test_cases import GROUPS, member

BOARD = "/admin/fostering/board/"


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def ilze(valmiera: SupportCentre) -> Client:
    return signed_in(recruiter(valmiera))


def move(client: Client, case: Case, to: str, query: str = "", **data: str) -> Any:
    sent = {"seen": case.stage, "to": to, **data}
    return client.post(f"{BOARD}{case.pk}/move/{query}", sent)


def said(client: Client) -> str:
    """What the board answers the next time it is shown."""
    page = client.get(BOARD)
    return " ".join(str(message) for message in page.context["messages"])


def column(page: Any, stage: str) -> Any:
    return next(each for each in page.context["columns"] if each.stage == stage)


# --- What it shows --------------------------------------------------------------------------------


def test_cards_stand_in_the_column_of_their_stage(ilze: Client, valmiera: SupportCentre) -> None:
    new = made(valmiera, name="Zane Ozola")
    visit = made(valmiera, "contacted", "visit")
    page = ilze.get(BOARD)
    assert [card.case for card in column(page, "new").cards] == [new]
    assert [card.case for card in column(page, "visit").cards] == [visit]
    assert [column.count for column in page.context["columns"]] == [1, 0, 1, *[0] * 7]
    text = page.content.decode()
    assert "Zane Ozola" in text
    # No more than what helps to tell the cards apart.
    assert PHONE not in text
    assert EMAIL not in text
    assert "no-store" in page["Cache-Control"]


def test_a_long_column_shows_the_longest_waiting_and_leads_to_the_list(
    ilze: Client, valmiera: SupportCentre
) -> None:
    waiting = [made(valmiera) for _number in range(SHOWN + 2)]
    closed = [made(valmiera, "declined") for _number in range(SHOWN + 1)]
    page = ilze.get(f"{BOARD}?way=foster")
    new, declined = column(page, "new"), column(page, "declined")
    assert [card.case for card in new.cards] == waiting[:SHOWN]
    assert new.count == SHOWN + 2
    assert [card.case for card in declined.cards] == closed[:0:-1]
    assert f"{BOARD.replace('board', 'cases')}?way=foster&amp;state=new" in page.content.decode()


def test_the_board_asks_as_often_for_many_cases_as_for_few(
    ilze: Client, valmiera: SupportCentre
) -> None:
    counts = []
    for _round in range(2):
        ilze.get(BOARD)
        with CaptureQueriesContext(connection) as queries:
            ilze.get(BOARD)
        counts.append(len(queries))
        for stage in ("contacted", "visit", "on_hold", "withdrawn"):
            made(valmiera, stage)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 1, 2]),
        ("?way=adopter", [1]),
        ("?age=over_60", [2]),
        ("?mine=on", [0]),
        ("?way=nonsense", [0, 1, 2]),
    ],
)
def test_filters_narrow_the_board_as_they_do_the_list(
    ilze: Client, valmiera: SupportCentre, query: str, numbers: list[int]
) -> None:
    own = [
        made(valmiera),
        made(valmiera, way="adopter"),
        made(valmiera, age_band="over_60"),
    ]
    Case.objects.filter(pk=own[0].pk).update(assignee=get_user_model().objects.get(username="ilze"))
    shown = [card.case for card in column(ilze.get(BOARD + query), "new").cards]
    assert shown == [own[number] for number in numbers]
    listed = ilze.get(f"/admin/fostering/cases/{query}").context["page"].object_list
    assert sorted(case.pk for case in listed) == sorted(case.pk for case in shown)


def test_leads_filter_by_centre_and_person(valmiera: SupportCentre) -> None:
    riga = centre("riga")
    helper = recruiter(riga, name="helper")
    there, here = made(riga), made(valmiera)
    Case.objects.filter(pk=there.pk).update(assignee=helper)
    lead = signed_in(recruiter(group="Recruitment leads"))
    assert column(lead.get(BOARD), "new").count == 2
    for query in (f"?centre={riga.pk}", f"?person={helper.pk}"):
        assert [card.case for card in column(lead.get(BOARD + query), "new").cards] == [there]
    assert column(lead.get(f"{BOARD}?centre={valmiera.pk}"), "new").cards[0].case == here


def test_an_overdue_call_is_marked_and_one_that_looks_like_spam_is_not(
    ilze: Client, valmiera: SupportCentre
) -> None:
    late, spam = made(valmiera), made(valmiera, is_suspect=True)
    Case.objects.update(response_due_at=timezone.now())
    marks = {card.case: card.is_overdue for card in column(ilze.get(BOARD), "new").cards}
    assert marks == {late: True, spam: False}


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [*GROUPS, "", "superuser"])
def test_only_recruitment_sees_the_board_and_only_its_own_cases(
    valmiera: SupportCentre, group: str
) -> None:
    case = made(valmiera)
    client = Client()
    if group == "superuser":
        client.force_login(get_user_model().objects.create_superuser("root"))
    elif group:
        client.force_login(member(group, centre("riga")))
    page = client.get(BOARD)
    assert (page.status_code == 200) == group.startswith("Recruitment")
    is_lead = group == "Recruitment leads"
    assert (NAME in page.content.decode()) == is_lead
    move(client, case, "contacted")
    assert (Case.objects.get().stage == "contacted") == is_lead
    assert client.get(f"{BOARD}{case.pk}/move/").status_code in {302, 405}


def test_a_case_of_another_centre_answers_like_one_that_never_was(
    ilze: Client, valmiera: SupportCentre
) -> None:
    foreign = made(centre("riga"))
    answers = []
    for pk in (foreign.pk, foreign.pk + 999):
        answer = ilze.post(f"{BOARD}{pk}/move/", {"seen": "new", "to": "contacted"})
        answers.append((answer.status_code, answer["Location"], said(ilze)))
    assert answers[0] == answers[1]
    assert Case.objects.get().stage == "new"


# --- Moving ---------------------------------------------------------------------------------------


def test_a_move_is_on_record_and_keeps_the_filters(ilze: Client, valmiera: SupportCentre) -> None:
    case = made(valmiera)
    answer = move(ilze, case, "contacted", "?way=foster")
    assert answer["Location"] == f"{BOARD}?way=foster#case-{case.pk}"
    assert str(case) in said(ilze)
    last = case.events.get(kind="moved")
    assert (last.from_stage, last.to_stage) == ("new", "contacted")
    assert last.by
    assert last.by.username == "ilze"


def test_the_same_move_twice_is_one(ilze: Client, valmiera: SupportCentre) -> None:
    case = made(valmiera)
    for _twice in range(2):
        move(ilze, case, "contacted")
    assert case.events.filter(kind="moved").count() == 1
    assert str(case) in said(ilze)


def test_the_second_of_two_people_is_told_who_was_faster(
    ilze: Client, valmiera: SupportCentre
) -> None:
    case = made(valmiera)
    other = recruiter(valmiera, name="janis")
    other.first_name, other.last_name = "Jānis", "Kalns"
    other.save()
    cases.move(case.pk, "visit", seen="new", by=other)
    move(ilze, case, "contacted")
    words = said(ilze)
    assert "Jānis Kalns" in words
    assert str(Case.objects.get().get_stage_display()) in words or "Visit" in words
    assert Case.objects.get().stage == "visit"


def test_closing_asks_for_a_reason_and_keeps_it(ilze: Client, valmiera: SupportCentre) -> None:
    case = made(valmiera)
    asked = move(ilze, case, "declined", "?way=foster")
    assert asked.status_code == 200
    assert 'name="text"' in asked.content.decode()
    # Leaving it where it is leads back to the same card.
    assert asked.context["back"] == f"{BOARD}?way=foster#case-{case.pk}"
    assert move(ilze, case, "declined", text="  ").status_code == 422
    assert Case.objects.get().stage == "new"
    move(ilze, case, "declined", text="Lives abroad")
    assert Case.objects.get().stage == "declined"
    assert case.events.get(kind="closed").text == "Lives abroad"


def test_a_closed_card_goes_back_to_work_with_a_reason(
    ilze: Client, valmiera: SupportCentre
) -> None:
    case = made(valmiera, "declined")
    assert move(ilze, case, "contacted").status_code == 200
    move(ilze, case, "contacted", text="Moved back to Latvia")
    assert Case.objects.get().stage == "contacted"
    assert case.events.get(kind="reopened").text == "Moved back to Latvia"


@pytest.mark.parametrize("to", ["matched", "new", "nonsense", ""])
def test_a_step_against_the_rules_is_refused_in_words(
    ilze: Client, valmiera: SupportCentre, to: str
) -> None:
    case = made(valmiera, "contacted")
    move(ilze, case, to, text="because")
    assert Case.objects.get().stage == "contacted"
    assert said(ilze)
    assert CaseEvent.objects.filter(kind="closed").count() == 0


def test_an_erased_person_s_card_can_not_be_moved(ilze: Client, valmiera: SupportCentre) -> None:
    case = made(valmiera, "declined")
    enquiry = case.enquiry
    enquiry.name = enquiry.phone = enquiry.email = ""
    enquiry.erased_at = timezone.now()
    enquiry.save()
    assert column(ilze.get(BOARD), "declined").cards[0].targets == []
    move(ilze, case, "contacted", text="again")
    assert Case.objects.get().stage == "declined"


# --- The admin's home page ------------------------------------------------------------------------


def test_the_front_page_shows_what_is_due_to_recruitment_alone(valmiera: SupportCentre) -> None:
    case = made(valmiera)
    elsewhere = made(centre("riga"))
    Case.objects.update(response_due_at=timezone.now())
    client = signed_in(ilze := recruiter(valmiera))
    cases.add_task(case.pk, "Send the book", timezone.localdate(), by=ilze)
    page = client.get("/admin/").content.decode()
    assert f"/admin/fostering/cases/{case.pk}/" in page
    assert "Send the book" in page
    assert f"/admin/fostering/cases/{elsewhere.pk}/" not in page
    assert NAME not in page
    for group in ("Communications", "Finance", "Administrators"):
        page = signed_in(member(group)).get("/admin/", follow=True).content.decode()
        assert "/admin/fostering/" not in page, group
        assert "Send the book" not in page, group


# --- The guide ------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [*GROUPS, ""])
def test_the_guide_is_for_recruitment(site: Site, group: str) -> None:
    client = signed_in(member(group)) if group else Client()
    page = client.get(reverse("editing:recruitment_guide"))
    assert (page.status_code == 200) == group.startswith("Recruitment")
    if group.startswith("Recruitment"):
        text = page.content.decode()
        assert "Lietu tāfele" in text
        assert reverse("editing:recruitment_guide") in client.get("/admin/").content.decode()

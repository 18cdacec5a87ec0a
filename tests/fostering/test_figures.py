"""The figures of recruitment and their file: right, for the right people, and without names."""

import csv
import io
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry, Site

from donations.figures import Period
from fostering import figures
from fostering.models import Case, SupportCentre
from fostering.services.erasure import erase
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre
from tests.fostering.made_cases import made, recruiter, signed_in
from tests.fostering.test_cases import GROUPS, member

FIGURES = "/admin/fostering/figures/"
RIGA = ZoneInfo("Europe/Riga")
MARCH = datetime(2026, 3, 2, 12, tzinfo=RIGA)
YEAR = Period.year(2026)
NOW = datetime(2026, 11, 1, tzinfo=RIGA)


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


def everything() -> Any:
    return Case.objects.all()


def steps(now: datetime = NOW) -> dict[str, figures.Step]:
    return {step.stage: step for step in figures.course(everything(), YEAR, now).steps}


# --- The numbers ----------------------------------------------------------------------------------


def test_enquiries_are_counted_by_month_source_way_and_centre(valmiera: SupportCentre) -> None:
    riga = centre("riga")
    made(valmiera, at=MARCH, source="news")
    made(valmiera, at=MARCH, source="event", way="adopter")
    made(riga, at=MARCH + timedelta(days=31), source="news")
    # Not of the year, by the site's time and not by UTC; and spam.
    made(riga, at=datetime(2027, 1, 1, 0, 30, tzinfo=RIGA))
    made(riga, at=MARCH, is_suspect=True)
    counts = [month.count for month in figures.by_month(everything(), YEAR)]
    assert counts == [0, 0, 2, 1, *[0] * 8]
    assert figures.by(everything(), YEAR, "enquiry__source") == Counter(news=2, event=1)
    assert figures.by(everything(), YEAR, "enquiry__way") == Counter(foster=2, adopter=1)
    assert figures.by(everything(), YEAR, "centre") == Counter({valmiera.pk: 2, riga.pk: 1})


def test_a_case_counts_in_every_stage_it_came_to_or_jumped_over(valmiera: SupportCentre) -> None:
    made(valmiera, at=MARCH)
    made(valmiera, "contacted", "visit", at=MARCH)
    made(valmiera, "training", "contacted", at=MARCH)
    made(valmiera, "contacted", "on_hold", "decision", "matched", at=MARCH)
    reached = [step.reached for step in figures.course(everything(), YEAR, NOW).steps]
    assert reached == [4, 3, 3, 2, 2, 1, 1]


def test_the_end_is_counted_at_the_furthest_stage(valmiera: SupportCentre) -> None:
    made(valmiera, "declined", at=MARCH)
    made(valmiera, "contacted", "visit", "contacted", "withdrawn", at=MARCH)
    # Taken up again: it has not ended.
    made(valmiera, "contacted", "declined", "contacted", at=MARCH)
    found = steps()
    assert {stage: step.declined for stage, step in found.items() if step.declined} == {"new": 1}
    assert {stage: step.withdrawn for stage, step in found.items() if step.withdrawn} == {
        "visit": 1
    }


def test_the_median_goes_from_the_first_arrival_to_the_first_further_stage(
    valmiera: SupportCentre,
) -> None:
    # One day in "contacted".
    made(valmiera, "contacted", "visit", at=MARCH)
    # Two, with a day on hold.
    made(valmiera, "contacted", "on_hold", "visit", at=MARCH)
    # Three, with a step back that changes nothing.
    made(valmiera, "contacted", "on_hold", "contacted", "training", at=MARCH)
    # Still there.
    made(valmiera, "contacted", at=MARCH)
    found = steps()
    assert found["contacted"].days == [1, 2, 3]
    assert found["contacted"].median_days == 2
    assert found["new"].median_days == 1
    assert found["visit"].median_days is None


def test_calls_in_time_are_of_those_made_or_due(valmiera: SupportCentre) -> None:
    made(valmiera, "contacted", at=MARCH)
    late = made(valmiera, "contacted", at=MARCH)
    Case.objects.filter(pk=late.pk).update(response_due_at=MARCH)
    made(valmiera, at=MARCH)
    fresh = made(valmiera, at=MARCH)
    Case.objects.filter(pk=fresh.pk).update(response_due_at=NOW + timedelta(days=1))
    course = figures.course(everything(), YEAR, NOW)
    assert (course.called_in_time, course.called, course.in_time_percent) == (1, 3, 33)
    empty = figures.course(everything(), Period.year(2020), NOW)
    assert empty.in_time_percent is None


def test_the_figures_outlive_the_people(valmiera: SupportCentre) -> None:
    gone = made(valmiera, "contacted", "visit", "declined", at=MARCH, source="news")
    made(valmiera, "contacted", at=MARCH, source="event")

    def taken() -> Any:
        return (
            figures.by_month(everything(), YEAR),
            [figures.by(everything(), YEAR, f"enquiry__{name}") for name in ("source", "way")],
            figures.course(everything(), YEAR, NOW),
        )

    before = taken()
    assert erase(gone.pk)
    gone.refresh_from_db()
    assert gone.enquiry.name == ""
    assert taken() == before


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [*GROUPS, "", "superuser"])
def test_only_recruitment_sees_figures_and_gets_the_file(
    valmiera: SupportCentre, group: str
) -> None:
    made(valmiera)
    client = Client()
    if group == "superuser":
        client.force_login(get_user_model().objects.create_superuser("root"))
    elif group:
        client.force_login(member(group, centre("riga")))
    for query in ("", "?export=csv", "?export=xlsx", "?export=nonsense"):
        answer = client.get(FIGURES + query)
        assert (answer.status_code == 200) == group.startswith("Recruitment"), query
    assert client.post(FIGURES).status_code in {302, 405}
    if group == "Recruitment":
        # Of another centre: it counts nothing, and gets only the headings.
        assert client.get(FIGURES).context["tiles"][0].value == "0"
        assert len(rows_of(client)) == 1


def test_leads_count_all_centres_or_one(valmiera: SupportCentre) -> None:
    riga = centre("riga")
    made(valmiera)
    made(riga)
    lead = signed_in(recruiter(group="Recruitment leads"))
    for query, count in (("", "2"), (f"?centre={riga.pk}", "1"), ("?centre=0", "2")):
        assert lead.get(FIGURES + query).context["tiles"][0].value == count


def test_every_chart_has_its_table_and_words(valmiera: SupportCentre) -> None:
    made(valmiera, "contacted", "visit", source="news")
    lead = signed_in(recruiter(group="Recruitment leads"))
    page = lead.get(FIGURES)
    drawings = page.context["drawings"]
    assert len(drawings) == 6
    text = page.content.decode()
    # One of Wagtail's own may carry a role too.
    assert text.count('<svg role="img"') == text.count("<desc>") == len(drawings)
    for drawing in drawings:
        assert len(drawing.table.rows) == len(drawing.chart.marks)
        assert all(len(row) == len(drawing.table.headings) for row in drawing.table.rows)


def test_a_year_without_enquiries_says_so(valmiera: SupportCentre) -> None:
    lead = signed_in(recruiter(group="Recruitment leads"))
    page = lead.get(f"{FIGURES}?period={timezone.localdate().year - 1}")
    assert page.context["drawings"] == []
    assert page.status_code == 200


def test_figures_ask_as_often_for_many_cases_as_for_few(valmiera: SupportCentre) -> None:
    client = signed_in(recruiter(valmiera))
    made(valmiera, "contacted", "visit")
    counts = []
    for _round in range(2):
        client.get(FIGURES)
        with CaptureQueriesContext(connection) as queries:
            client.get(FIGURES)
        counts.append(len(queries))
        for stage in ("contacted", "visit", "declined"):
            made(valmiera, stage, source="news", way="adopter")
    assert counts[0] == counts[1]


# --- The file -------------------------------------------------------------------------------------


def rows_of(client: Client, query: str = "") -> list[list[str]]:
    answer: Any = client.get(f"{FIGURES}?export=csv{query}")
    content = b"".join(answer.streaming_content)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_names_nobody_and_is_logged(valmiera: SupportCentre) -> None:
    case = made(valmiera, "contacted", source="news", message="Our dog is called Rex")
    client = signed_in(recruiter(valmiera))
    headings, row = rows_of(client)
    assert len(headings) == len(row) == 10
    text = " ".join(row)
    for personal in (NAME, PHONE, EMAIL, "Rex", case.enquiry.reference, str(case), "almiera"):
        assert personal not in text.replace(valmiera.name(), "")
    assert f"{timezone.localdate():%Y-%m}" in row
    entry = ModelLogEntry.objects.get(action="fostering.figures.exported")
    assert entry.data == {"format": "csv", "rows": 1}
    assert "1" in str(entry.message)


def test_the_spreadsheet_holds_the_same(valmiera: SupportCentre) -> None:
    made(valmiera, "contacted", at=timezone.now() - timedelta(days=3))
    client = signed_in(recruiter(valmiera))
    answer: Any = client.get(f"{FIGURES}?export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet
    headings, row = sheet.iter_rows(values_only=True)
    assert list(headings) == rows_of(client)[0]
    # A number that can be summed up.
    assert row[8] == 1


def test_a_centre_s_name_is_no_formula(valmiera: SupportCentre) -> None:
    SupportCentre.objects.update(name_lv="=cmd()", name_en="=cmd()")
    made(valmiera)
    assert rows_of(signed_in(recruiter(valmiera)))[1][1] == "'=cmd()"


def test_the_file_keeps_to_the_filters(valmiera: SupportCentre) -> None:
    riga = centre("riga")
    made(valmiera)
    made(riga)
    with time_machine.travel(timezone.now() - timedelta(days=800)):
        made(riga)
    lead = signed_in(recruiter(group="Recruitment leads"))
    assert len(rows_of(lead)) == 3
    assert len(rows_of(lead, f"&centre={riga.pk}")) == 2
    assert len(rows_of(lead, f"&centre={riga.pk}&period=36")) == 3

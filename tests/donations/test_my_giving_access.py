"""The way into a donor's own page: a link by e-mail that works once, and the visit it opens."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from donations.models import AccessLink, OutgoingMail
from donations.services import access
from tests.donations.own_page import EMAIL, Donor, address, ask, begin, link_in_mail, shown
from tests.giving import Giving


@pytest.fixture
def pledged(giving: Giving) -> Giving:
    begin(giving)
    mail.outbox.clear()
    return giving


def test_known_and_unknown_addresses_get_the_same_answer(
    pledged: Giving, django_assert_num_queries: Any
) -> None:
    answers = [ask(EMAIL), ask("nobody@example.org")]
    assert len({(a.status_code, a.headers["Location"], a.content) for a in answers}) == 1
    assert AccessLink.objects.count() == 2
    pledged.work()
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert OutgoingMail.objects.filter(kind="access").count() == 1


def test_same_number_of_queries_for_known_and_unknown(
    pledged: Giving, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for email in (EMAIL, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            ask(email)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_link_opens_the_page_in_its_language(pledged: Giving, language: str) -> None:
    ask(language=language)
    pledged.work()
    link = link_in_mail()
    assert link.startswith("/en/") == (language == "en")
    client = Client()
    looked = client.get(link)
    assert looked.status_code == 200
    answer = client.post(link)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert EMAIL in page.content.decode()


def test_scanners_that_look_do_not_use_the_link_up(pledged: Giving) -> None:
    ask()
    pledged.work()
    link = link_in_mail()
    for _ in range(3):
        assert Client().get(link).status_code == 200
        assert Client().head(link).status_code == 200
    assert AccessLink.objects.get().used_at is None
    assert Client().post(link).status_code == 303


def test_a_link_works_once(pledged: Giving) -> None:
    ask()
    pledged.work()
    link = link_in_mail()
    first = Client()
    assert first.post(link).status_code == 303
    second = Client()
    assert second.post(link).status_code == 410
    assert second.get(link).status_code == 410
    assert second.get(address("my-giving")).status_code == 200
    assert not second.cookies
    # Whoever used it and clicks again is simply in.
    assert first.get(link).status_code == 303
    assert first.post(link).status_code == 303


def test_two_clicks_at_once_open_one_visit(pledged: Giving) -> None:
    ask()
    pledged.work()
    token = link_in_mail().rstrip("/").rpartition("/")[2]
    keys = [access.open_link(token), access.open_link(token)]
    assert [key is not None for key in keys] == [True, False]


def test_a_link_ends_with_its_time(pledged: Giving) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        ask()
        pledged.work()
        link = link_in_mail()
        clock.shift(timedelta(minutes=29))
        assert Client().get(link).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert Client().get(link).status_code == 410
        assert Client().post(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "a" * 400])
def test_guessed_links_open_nothing(pledged: Giving, token: str) -> None:
    ask()
    pledged.work()
    path = address("my-giving-open", "T").replace("T/", f"{token}/")
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_only_fingerprints_are_kept(pledged: Giving) -> None:
    ask()
    pledged.work()
    token = link_in_mail().rstrip("/").rpartition("/")[2]
    client = Client()
    client.post(link_in_mail())
    key = client.cookies["giving-lv"].value.partition(":")[0]
    row = AccessLink.objects.values().get()
    message = OutgoingMail.objects.get(kind="access")
    assert len(token) >= 43
    for secret in (token, key):
        assert secret not in str(row)
        assert secret not in message.facts
    assert message.recipient == message.facts == ""


def test_throttle_per_address_and_network_answers_the_same(pledged: Giving, settings: Any) -> None:
    settings.ACCESS_LIMIT_PER_EMAIL = (2, 3600)
    settings.ACCESS_LIMIT_PER_ADDRESS = (3, 3600)
    answers = [ask(network=f"192.0.2.{n}") for n in range(4)]
    assert {answer.status_code for answer in answers} == {303}
    pledged.work()
    assert len(mail.outbox) == 2
    for n in range(4):
        assert ask(f"b{n}@example.org", network="198.51.100.1").status_code == 303
    assert AccessLink.objects.count() == 2 + 3
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        ask()
        pledged.work()
        assert len(mail.outbox) == 3


def test_limit_in_all(pledged: Giving, settings: Any, caplog: Any) -> None:
    settings.ACCESS_LIMIT_GLOBAL = (1, 3600)
    ask("a@example.org", network="192.0.2.1")
    ask(network="192.0.2.2")
    assert AccessLink.objects.count() == 1
    assert "limit of access links" in caplog.text


def test_a_bad_address_is_said_at_the_field(pledged: Giving) -> None:
    answer = Client().post(address("my-giving", language="en"), {"email": "anna"})
    assert answer.status_code == 422
    assert "Enter a whole e-mail address" in shown(answer)
    assert "error-summary" in answer.content.decode()
    assert AccessLink.objects.count() == 0


def test_letters_that_look_alike_lead_nowhere(giving: Giving) -> None:
    begin(giving, email="mike@example.org")
    mail.outbox.clear()
    for typed in ("m\u0131ke@example.org", "mi\u212ae@example.org", "MIKE@EXAMPLE.ORG"):
        ask(typed)
    giving.work()
    assert {recipient for message in mail.outbox for recipient in message.to} == {
        "mike@example.org"
    }


def test_cookie_is_narrow(pledged: Giving, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    ask()
    pledged.work()
    answer = Client().post(link_in_mail(), secure=True)
    assert set(answer.cookies) == {"__Secure-giving-lv", "__Secure-giving-en"}
    for name, cookie in answer.cookies.items():
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == 1800
        assert cookie["path"] == address("my-giving", language=name[-2:])
        assert cookie["domain"] == ""


def test_no_cookie_on_the_way_in_nor_on_other_pages(pledged: Giving) -> None:
    client = Client()
    for name in ("my-giving", "my-giving-sent", "my-giving-logged-out", "my-giving-erased"):
        assert not client.get(address(name)).cookies
    donor = Donor(pledged).come()
    assert not donor.client.get("/").cookies


def test_nothing_is_cached_and_the_key_goes_nowhere(pledged: Giving) -> None:
    ask()
    pledged.work()
    link = link_in_mail()
    looked = Client().get(link)
    assert looked.headers["Referrer-Policy"] == "no-referrer"
    donor = Donor(pledged).come()
    names = ("my-giving", "my-giving-gifts", "my-giving-details", "my-giving-data")
    for answer in [looked, *(donor.get(name) for name in names)]:
        assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))


def test_visit_slides_and_ends(pledged: Giving) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        donor = Donor(pledged).come()
        for _ in range(3):
            clock.shift(timedelta(minutes=25))
            assert donor.get("my-giving-gifts").status_code == 200
        clock.shift(timedelta(minutes=31))
        answer = donor.get("my-giving-gifts")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/my-giving/?over=1") or (
            answer.headers["Location"].endswith("?over=1")
        )
        assert not any(morsel.value for morsel in donor.client.cookies.values())


def test_no_visit_is_longer_than_a_working_day(pledged: Giving) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        donor = Donor(pledged).come()
        for _ in range(19):
            clock.shift(timedelta(minutes=25))
            assert donor.get("my-giving-gifts").status_code == 200
        clock.shift(timedelta(minutes=25))
        assert donor.get("my-giving-gifts").status_code == 303


def test_logging_out_spoils_the_cookie_itself(pledged: Giving) -> None:
    donor = Donor(pledged).come()
    kept = {name: morsel.value for name, morsel in donor.client.cookies.items()}
    assert donor.send("my-giving-log-out").status_code == 303
    thief = Client()
    for name, value in kept.items():
        thief.cookies[name] = value
    assert thief.get(address("my-giving-gifts")).status_code == 303


def test_logging_out_everywhere(pledged: Giving) -> None:
    first, second = Donor(pledged).come(), Donor(pledged).come()
    ask(network="203.0.113.1")
    pledged.work()
    unused = link_in_mail()
    assert second.send("my-giving-log-out-everywhere").status_code == 303
    for donor in (first, second):
        assert donor.get("my-giving-gifts").status_code == 303
    assert Client().post(unused).status_code == 410


def test_forged_cookies_open_nothing(pledged: Giving) -> None:
    donor = Donor(pledged).come()
    real = donor.client.cookies["giving-lv"].value
    for forged in ("", "x", real[:-1] + ("A" if real[-1] != "A" else "B"), "a:b:c"):
        client = Client()
        client.cookies["giving-lv"] = forged
        assert client.get(address("my-giving-gifts")).status_code == 303


def test_a_new_link_ends_the_visit_before(pledged: Giving) -> None:
    donor = Donor(pledged).come()
    ask(network="203.0.113.1")
    pledged.work()
    assert donor.client.post(link_in_mail()).status_code == 303
    assert AccessLink.objects.filter(ended_at__isnull=False).count() == 1
    assert donor.get("my-giving-gifts").status_code == 200


def test_opening_is_in_the_log_without_the_person(pledged: Giving) -> None:
    Donor(pledged).come()
    entry = ModelLogEntry.objects.get(action="donations.donor.page_opened")
    assert "@" not in f"{entry.label}{entry.data}"
    assert "Anna" not in f"{entry.label}{entry.data}"


def test_task_run_twice_sends_one_link(pledged: Giving) -> None:
    ask()
    link = AccessLink.objects.get()
    access.send_link(link.pk)
    access.send_link(link.pk)
    access.send_link(link.pk + 1)
    pledged.work()
    assert len(mail.outbox) == 1


def test_footer_leads_to_the_page(site: Any) -> None:
    assert f'href="{address("my-giving")}"' in Client().get("/").content.decode()

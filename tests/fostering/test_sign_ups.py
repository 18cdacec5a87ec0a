"""Signing up for an event: places, the waiting list, messages, and forgetting."""

import datetime
from typing import Any

import icalendar
import pytest
import time_machine
from django.core import mail as mailbox
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fostering.models import OutgoingMail, SignUp, SignUpList
from fostering.services import mail, reminders, sign_up_lists, sign_up_retention, sign_ups
from sosbca.users.models import User
from tests.fostering import events
from tests.fostering.events import DAY, kinds, of, people

pytestmark = pytest.mark.django_db


def keep_again(event: SignUpList, **changes: Any) -> None:
    known = {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "capacity": event.capacity,
        "open_until": event.open_until,
    }
    sign_up_lists.keep(event.event_key, events.facts(**{**known, **changes}), events.words())
    event.refresh_from_db()


# Places and the waiting list ---------------------------------------------------------------------


def test_places_in_the_order_of_arrival_then_the_waiting_list() -> None:
    event = events.event(capacity=3)
    for name in ("anna", "bruno", "dace", "elza", "fricis"):
        events.sign_up(event, name)
    assert people(event, "confirmed") == ["anna", "bruno", "dace"]
    assert people(event, "waiting") == ["elza", "fricis"]
    assert kinds(event, "dace") == ["confirmed"]
    assert kinds(event, "elza") == ["waiting"]


def test_two_persons_take_two_places() -> None:
    event = events.event(capacity=3)
    for name, persons in (("anna", 2), ("bruno", 2), ("dace", 1)):
        events.sign_up(event, name, persons)
    # Bruno waits for two places; Dace does not overtake him.
    assert people(event, "confirmed") == ["anna"]
    assert people(event, "waiting") == ["bruno", "dace"]
    sign_ups.cancel(of(event, "anna").pk)
    assert people(event, "confirmed") == ["bruno", "dace"]


def test_a_pair_holds_nobody_up_where_there_is_one_place() -> None:
    event = events.event(capacity=2)
    for name, persons in (("anna", 1), ("bruno", 2), ("dace", 1)):
        events.sign_up(event, name, persons)
    keep_again(event, capacity=1)
    sign_ups.cancel(of(event, "anna").pk)
    assert people(event, "confirmed") == ["dace"]
    sign_ups.cancel(of(event, "dace").pk)
    assert not sign_up_lists.is_full(event)
    events.sign_up(event, "elza")
    assert people(event, "confirmed") == ["elza"]
    # It kept its position, and comes first where there is room for two.
    events.sign_up(event, "fricis")
    keep_again(event, capacity=3)
    assert people(event, "confirmed") == ["bruno", "elza"]
    assert people(event, "waiting") == ["fricis"]


def test_without_a_number_of_places_everybody_has_room() -> None:
    event = events.event(capacity=None)
    for number in range(40):
        events.sign_up(event, f"person{number}", 2)
    assert len(people(event, "confirmed")) == 40


def test_a_cancelled_place_goes_to_the_first_who_waits_and_is_told_once() -> None:
    event = events.event(capacity=1)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    sign_ups.cancel(of(event, "anna").pk)
    sign_ups.cancel(of(event, "anna").pk)
    assert people(event, "confirmed") == ["bruno"]
    assert kinds(event, "bruno") == ["waiting", "moved_up"]
    assert kinds(event, "anna") == ["confirmed", "cancelled"]
    sent = events.send_all()
    # What was overtaken before it was sent is not sent: Bruno does not hear that he waits.
    assert sorted((message.to[0], message.subject) for message in sent) == [
        ("anna@example.org", "Atcelts: Informatīvais vakars"),
        ("bruno@example.org", "Jums ir vieta: Informatīvais vakars"),
        ("dace@example.org", "Gaidīšanas saraksts: Informatīvais vakars"),
    ]


def test_one_who_waits_cancels_and_frees_nothing() -> None:
    event = events.event(capacity=1)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    sign_ups.cancel(of(event, "bruno").pk)
    assert people(event, "waiting") == ["dace"]
    assert people(event, "confirmed") == ["anna"]


def test_more_places_move_the_waiting_list_up_and_fewer_take_nobodys() -> None:
    event = events.event(capacity=1)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    keep_again(event, capacity=2)
    assert people(event, "confirmed") == ["anna", "bruno"]
    keep_again(event, capacity=1)
    assert people(event, "confirmed") == ["anna", "bruno"]
    assert people(event, "waiting") == ["dace"]
    keep_again(event, capacity=None)
    assert people(event, "waiting") == []


# Once, and the same answer -----------------------------------------------------------------------


def test_a_double_click_is_one_sign_up_and_one_message() -> None:
    event = events.event()
    events.sign_up(event, "anna", network="192.0.2.1")
    events.sign_up(event, "anna", network="192.0.2.1", email=" Anna@Example.org ")
    assert people(event, "confirmed") == ["anna"]
    assert kinds(event, "anna") == ["confirmed"]


def test_a_known_address_changes_nothing_and_is_told_once_a_day() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    with time_machine.travel(timezone.now() + DAY, tick=False):
        for _again in range(3):
            events.sign_up(event, "stranger", 2, email="anna@example.org")
        assert kinds(event, "anna") == ["confirmed", "known"]
    assert of(event, "anna").persons == 1


def test_who_cancelled_may_sign_up_again_at_the_end() -> None:
    event = events.event(capacity=1)
    events.sign_up(event, "anna")
    events.sign_up(event, "bruno")
    sign_ups.cancel(of(event, "anna").pk)
    events.sign_up(event, "anna")
    assert people(event, "confirmed") == ["bruno"]
    assert people(event, "waiting") == ["anna"]


def test_the_throttle_counts_the_network() -> None:
    event = events.event(capacity=None)
    for number in range(sign_ups.LIMIT_PER_ADDRESS):
        events.sign_up(event, f"person{number}", network="192.0.2.1")
    with pytest.raises(sign_ups.TooManySignUpsError):
        events.sign_up(event, "late", network="192.0.2.1")
    # Nor does it tell who is on the list.
    with pytest.raises(sign_ups.TooManySignUpsError):
        events.sign_up(event, "person1", network="192.0.2.1")
    events.sign_up(event, "elsewhere", network="192.0.2.2")
    with time_machine.travel(timezone.now() + sign_ups.PERIOD, tick=False):
        events.sign_up(event, "later", network="192.0.2.1")


@pytest.mark.parametrize("reason", ["closed", "too late", "unknown"])
def test_an_event_that_takes_nobody(reason: str) -> None:
    event = events.event(open_until=timezone.now() + DAY)
    moment = timezone.now()
    if reason == "closed":
        sign_up_lists.close(event.event_key)
    elif reason == "too late":
        moment += DAY
    else:
        event.delete()
    with (
        time_machine.travel(moment, tick=False),
        pytest.raises(sign_ups.NotOpenError),
    ):
        events.sign_up(event, "anna")


def test_nothing_is_cancelled_or_moved_up_after_the_beginning() -> None:
    event = events.event(capacity=1)
    events.sign_up(event, "anna")
    events.sign_up(event, "bruno")
    with time_machine.travel(event.starts_at, tick=False):
        with pytest.raises(sign_ups.TooLateError):
            sign_ups.cancel(of(event, "anna").pk)
        keep_again(event, capacity=5)
    assert people(event, "waiting") == ["bruno"]


@pytest.mark.parametrize(
    "breach",
    [
        {"persons": 3},
        {"persons": 0},
        {"position": 1},
        {"email_digest": sign_ups.email_digest("anna@example.org")},
        {"cancelled_at": timezone.now()},
        {"confirmed_at": None},
    ],
)
def test_the_database_refuses(breach: dict[str, Any]) -> None:
    event = events.event()
    events.sign_up(event, "anna")
    columns = {
        "persons": 1,
        "position": 2,
        "status": "confirmed",
        "confirmed_at": timezone.now(),
        "language": "lv",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        event.sign_ups.create(**{**columns, **breach})


# Messages ----------------------------------------------------------------------------------------


def test_a_confirmation_brings_the_event_for_the_calendar() -> None:
    event = events.event()
    sign_up_lists.keep(event.event_key, events.facts(), events.words("en"))
    events.sign_up(event, "anna", 2, language="en")
    [message] = events.send_all()
    assert message.to == ["anna@example.org"]
    assert message.subject == "Place confirmed: Information evening"
    assert "http://testserver/en/events/evening/" in message.body
    html, calendar = message.alternatives[0].content, message.attachments[0]
    assert "Information evening" in html
    assert calendar.filename == "calendar.ics"
    assert calendar.mimetype.startswith("text/calendar")
    [entry] = icalendar.Calendar.from_ical(calendar.content).walk("VEVENT")
    assert str(entry["uid"]) == f"{event.event_key}@testserver"
    assert entry.decoded("dtstart") == SignUpList.objects.get().starts_at
    # The name was typed by somebody; it stands in no message, as an address may be another's.
    assert "Anna" not in message.body + html


def test_those_who_wait_get_no_calendar_file_but_their_place() -> None:
    event = events.event(capacity=1)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    message = events.send_all()[-1]
    assert message.to == ["dace@example.org"]
    assert not message.attachments
    assert "Jūsu vieta gaidīšanas sarakstā: 2" in message.body


def test_another_time_is_told_and_is_newer_for_calendars() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    events.send_all()
    keep_again(event)
    assert kinds(event, "anna") == ["confirmed"]
    keep_again(event, starts_at=event.starts_at + DAY, ends_at=event.ends_at + DAY)
    [message] = events.send_all()
    assert message.subject == "Cits laiks vai vieta: Informatīvais vakars"
    [entry] = icalendar.Calendar.from_ical(message.attachments[0].content).walk("VEVENT")
    assert entry["sequence"] == 1


def test_reminders_once_on_the_day_before() -> None:
    event = events.event(capacity=2)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    sign_ups.cancel(of(event, "bruno").pk)
    events.send_all()
    with time_machine.travel(event.starts_at - 2 * DAY, tick=False):
        assert reminders.remind() == 0
    with time_machine.travel(event.starts_at - DAY, tick=False):
        events.sign_up(event, "elza")
        reminders.remind()
        reminders.remind()
        sent = [one for one in events.send_all() if one.subject.startswith("Drīz")]
    assert [one.to[0] for one in sent] == ["anna@example.org", "dace@example.org"]


def test_a_reminder_is_not_sent_to_who_cancelled_meanwhile() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    events.send_all()
    with time_machine.travel(event.starts_at - DAY, tick=False):
        reminders.remind()
        sign_ups.cancel(of(event, "anna").pk)
        assert [one.subject.split(":")[0] for one in events.send_all()] == ["Atcelts"]


def test_a_mail_server_that_is_away_costs_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    event = events.event()
    events.sign_up(event, "anna")

    def refuse(*_args: Any) -> None:
        raise ConnectionRefusedError("anna@example.org")

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        events.send_all()
    waiting = OutgoingMail.objects.get()
    assert (waiting.status, waiting.last_error) == ("waiting", "ConnectionRefusedError")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5), tick=False):
        assert mail.requeue_stuck() == 1
        mail.deliver(waiting.pk)
        mail.deliver(waiting.pk)
    assert len(mailbox.outbox) == 1


def test_an_event_that_will_not_take_place_is_told_once() -> None:
    event = events.event(capacity=1)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    sign_ups.cancel(of(event, "dace").pk)
    events.send_all()
    user = User.objects.create_user("organiser")
    for _twice in range(2):
        sign_ups.call_off(event.pk, user)
    assert kinds(event, "dace") == ["waiting", "cancelled"]
    sent = events.send_all()
    assert [(one.to[0], one.subject) for one in sent] == [
        ("anna@example.org", "Atsaukts: Informatīvais vakars"),
        ("bruno@example.org", "Atsaukts: Informatīvais vakars"),
    ]
    assert not sent[0].attachments
    with pytest.raises(sign_ups.NotOpenError):
        events.sign_up(event, "elza")
    with time_machine.travel(event.starts_at, tick=False), pytest.raises(sign_ups.TooLateError):
        sign_ups.call_off(event.pk, user)


def test_an_event_that_was_called_off_opens_again_only_for_another_time() -> None:
    event = events.event()
    sign_ups.call_off(event.pk, User.objects.create_user("organiser"))
    # A letter is corrected on its page.
    keep_again(event)
    assert not event.takes_sign_ups
    later = [moment + DAY for moment in (event.starts_at, event.ends_at, event.open_until)]
    keep_again(event, **dict(zip(("starts_at", "ends_at", "open_until"), later, strict=True)))
    assert event.takes_sign_ups


# Afterwards --------------------------------------------------------------------------------------


def test_who_came() -> None:
    event = events.event()
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    sign_ups.cancel(of(event, "dace").pk)
    user = User.objects.create_user("organiser")
    sign_ups.note_attendance(event.pk, [of(event, "anna").pk, of(event, "dace").pk], user)
    assert [of(event, name).attended for name in ("anna", "bruno", "dace")] == [True, False, None]


def test_names_and_addresses_are_encrypted() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM fostering_signup")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM fostering_outgoingmail")
        stored += repr(cursor.fetchall())
    assert "anna" not in stored.lower()


def test_people_are_forgotten_and_the_numbers_stay(settings: Any) -> None:
    settings.RETENTION_SIGN_UP_DAYS = 90
    event = events.event(capacity=1)
    for name in ("anna", "bruno"):
        events.sign_up(event, name)
    with time_machine.travel(event.ends_at + 89 * DAY, tick=False):
        assert sign_up_retention.forget_old() == 0
    with time_machine.travel(event.ends_at + 91 * DAY, tick=False):
        assert sign_up_retention.forget_old() == 1
        assert sign_up_retention.forget_old() == 0
        assert events.send_all() == []
    stored = SignUp.objects.order_by("position")
    assert (
        list(stored.values_list("name", "email", "email_digest", "address_digest"))
        == [("", "", "", "")] * 2
    )
    assert list(stored.values_list("status", "persons")) == [("confirmed", 1), ("waiting", 1)]

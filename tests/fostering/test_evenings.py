"""One page, two evenings: each keeps its own people, and nobody is told what is not theirs."""

import uuid
from datetime import timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from fostering.models import SignUp, SignUpList
from fostering.services import sign_up_lists, sign_up_retention
from home.models import EventIndexPage, EventPage
from tests import pages
from tests.fostering import events
from tests.fostering.events import DAY, kinds, people
from tests.fostering.test_response_clock import with_address

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=2)


def next_evening(event: SignUpList, **changes: Any) -> SignUpList:
    """Its page is published with another date."""
    return sign_up_lists.keep(event.event_key, events.facts(**changes), events.words())


def test_a_page_that_is_used_again_gets_another_list() -> None:
    first = events.event(capacity=1)
    for name in ("anna", "bruno"):
        events.sign_up(first, name)
    events.send_all()
    with time_machine.travel(first.ends_at + DAY, tick=False):
        second = next_evening(first, capacity=1)
        assert second.pk != first.pk
        # A place of its own; Anna may come again, and nobody of the first evening moves up.
        events.sign_up(second, "anna")
        assert people(second, "confirmed") == ["anna"]
        assert people(first, "confirmed") == ["anna"]
        assert people(first, "waiting") == ["bruno"]
        assert "changed" not in kinds(first, "anna")
        # Nobody of the first is written to about the second.
        assert [message.to for message in events.send_all()] == [["anna@example.org"]]
    first.refresh_from_db()
    assert (first.is_current, first.takes_sign_ups, first.path()) == (False, False, "")
    assert second.title("lv") == first.title("lv")


def test_the_english_words_come_along() -> None:
    first = events.event()
    sign_up_lists.keep(first.event_key, events.facts(), events.words("en"))
    first.refresh_from_db()
    events.sign_up(first, "anna")
    with time_machine.travel(first.ends_at + DAY, tick=False):
        second = next_evening(first)
    assert (second.title("en"), second.path("en")) == ("Information evening", "/en/events/evening/")


def test_each_is_forgotten_in_its_time(settings: Any) -> None:
    settings.RETENTION_SIGN_UP_DAYS = 90
    first = events.event()
    events.sign_up(first, "anna")
    with time_machine.travel(first.ends_at + DAY, tick=False) as traveller:
        second = next_evening(first)
        events.sign_up(second, "dace")
        traveller.move_to(first.ends_at + 91 * DAY)
        assert sign_up_retention.forget_old() == 1
        assert [each.name for each in SignUp.objects.order_by("pk")] == ["", "Dace"]
        traveller.move_to(second.ends_at + 91 * DAY)
        assert sign_up_retention.forget_old() == 1


def test_calendars_keep_the_entry_of_the_earlier_evening() -> None:
    first = events.event()
    events.sign_up(first, "anna")
    (message,) = events.send_all()
    with time_machine.travel(first.ends_at + DAY, tick=False):
        events.sign_up(next_evening(first), "anna")
        (again,) = events.send_all()
    uids = [
        str(icalendar.Calendar.from_ical(each.attachments[0][1]).events[0]["uid"])
        for each in (message, again)
    ]
    assert len(set(uids)) == 2


def test_before_it_has_begun_another_time_is_the_same_evening() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    moved = next_evening(event, starts_at=event.starts_at + DAY, ends_at=event.ends_at + DAY)
    assert moved.pk == event.pk
    assert kinds(event, "anna") == ["confirmed", "changed"]


def test_while_it_runs_a_later_end_is_the_same_evening() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    with time_machine.travel(event.starts_at + HOURS / 4, tick=False):
        longer = next_evening(
            event, starts_at=event.starts_at + HOURS / 2, ends_at=event.ends_at + HOURS
        )
    assert longer.pk == event.pk


def test_a_wrong_date_on_which_nobody_signed_up_leaves_no_list() -> None:
    event = events.event()
    with time_machine.travel(event.ends_at + DAY, tick=False):
        assert next_evening(event).pk == event.pk


def test_a_date_that_was_put_right_keeps_its_people() -> None:
    event = events.event()
    events.sign_up(event, "anna")
    before = {
        name: getattr(event, name) - 365 * DAY for name in ("starts_at", "ends_at", "open_until")
    }
    assert next_evening(event, **before).pk == event.pk
    assert sign_up_retention.forget_old() == 0
    change = sign_up_lists.change_of_time(event.event_key, event.starts_at, event.ends_at)
    assert change
    assert (change.told, change.is_another_evening) == (1, False)
    assert next_evening(event).pk == event.pk
    assert people(event, "confirmed") == ["anna"]


def test_a_page_has_one_current_list() -> None:
    key = uuid.uuid4()
    for _time in range(2):
        sign_up_lists.keep(key, events.facts(), events.words())
    assert SignUpList.objects.filter(event_key=key).count() == 1
    assert sign_up_lists.current(key)
    assert sign_up_lists.current(uuid.uuid4()) is None


# --- What the editor is told ----------------------------------------------------------------------


@pytest.fixture
def page(site: Site) -> EventPage:
    starts_at = (timezone.now() + 10 * DAY).replace(second=0, microsecond=0)
    event = pages.event(
        pages.events(site.root_page),
        "Evening",
        "evening",
        starts_at=starts_at,
        ends_at=starts_at + HOURS,
        takes_sign_ups=True,
        is_online=True,
    )
    event.save_revision().publish()
    return event


def test_the_pages_own_file_and_the_messages_are_one_entry(page: EventPage) -> None:
    def entries() -> list[Any]:
        """As it stands on the page, on the page of all events, and in the last message."""
        addresses = [page.get_url(), EventIndexPage.objects.parent_of(page).get().get_url()]
        answers = (Client().get(f"{address}calendar.ics") for address in addresses)
        (message,) = events.send_all()
        files = [*(answer.content for answer in answers), message.attachments[0][1]]
        return [icalendar.Calendar.from_ical(each).events[0] for each in files]

    def published(days: int) -> None:
        page.starts_at += days * DAY
        page.ends_at += days * DAY
        page.save_revision().publish()

    def known(found: list[Any]) -> tuple[set[str], set[int]]:
        return (
            {str(each["uid"]) for each in found},
            {int(each.get("sequence", 0)) for each in found},
        )

    event = sign_up_lists.current(page.translation_key)
    assert event
    events.sign_up(event, "anna")
    first, revisions = known(entries())
    assert (len(first), revisions) == (1, {0})
    # Another day of the same evening is the same entry, and a newer one.
    published(days=1)
    assert known(entries()) == (first, {1})
    with time_machine.travel(page.ends_at + DAY, tick=False):
        published(days=7)
        second_list = sign_up_lists.current(page.translation_key)
        assert second_list
        events.sign_up(second_list, "anna")
        second, revisions = known(entries())
    assert (len(second), len(revisions)) == (1, 1)
    assert second != first


@pytest.fixture
def editor(site: Site) -> Client:
    client = Client()
    client.force_login(with_address(get_user_model().objects.create_superuser("editor"), "en"))
    return client


def edit(editor: Client, page: EventPage, days: int, **action: str) -> str:
    """Move the event by some days through the editor; return what the editor then says."""
    address = f"/admin/pages/{page.pk}/edit/"
    form = editor.get(address).context["form"]
    data: dict[str, Any] = {
        "title": page.title,
        "slug": page.slug,
        "kind": page.kind,
        "town": page.town,
        "takes_sign_ups": "on",
        "is_online": "on",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    for formset in form.formsets.values():
        data |= {f"{formset.prefix}-TOTAL_FORMS": "0", f"{formset.prefix}-INITIAL_FORMS": "0"}
    for name in ("starts_at", "ends_at"):
        moved = timezone.localtime(getattr(page, name) + days * DAY)
        data[name] = moved.strftime("%Y-%m-%d %H:%M")
    answer = editor.post(address, data | action, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    return answer.text


def test_the_editor_is_warned_and_then_people_are_told(page: EventPage, editor: Client) -> None:
    event = sign_up_lists.current(page.translation_key)
    assert event
    assert "sign-up is for" not in edit(editor, page, days=7)
    events.sign_up(event, "anna")
    said = edit(editor, page, days=7)
    assert "1 sign-up is for" in said
    assert "make a new page instead" in said
    assert kinds(event, "anna") == ["confirmed"]
    said = edit(editor, page, days=7, **{"action-publish": "action-publish"})
    assert "1 sign-up was for" in said
    assert "1 sign-up is for" not in said
    assert kinds(event, "anna") == ["confirmed", "changed"]


def test_the_editor_is_warned_of_a_time_in_the_past(page: EventPage, editor: Client) -> None:
    event = sign_up_lists.current(page.translation_key)
    assert event
    publish = {"action-publish": "action-publish"}
    assert "is in the past" not in edit(editor, page, days=-20)
    for name in ("anna", "bruno"):
        events.sign_up(event, name)
    said = edit(editor, page, days=-20)
    assert "2 sign-ups are for" in said
    assert "the new time is in the past. When you publish it, these people are told" in said
    said = edit(editor, page, days=-20, **publish)
    assert "2 sign-ups were for" in said
    assert "the new time is in the past: these people are told nothing." in said
    assert "2 sign-ups are for" not in said
    assert kinds(event, "anna") == ["confirmed"]
    # Of what is past already, another time is nobody's concern.
    assert "in the past" not in edit(editor, page, days=-21, **publish)
    # Put right, they are told of what they know, which does no harm.
    assert "2 sign-ups were for" in edit(editor, page, days=0, **publish)
    assert kinds(event, "anna") == ["confirmed", "changed"]


def test_a_time_that_is_published_later_tells_nobody_now(page: EventPage, editor: Client) -> None:
    event = sign_up_lists.current(page.translation_key)
    assert event
    events.sign_up(event, "anna")
    later = timezone.localtime(timezone.now() + DAY).strftime("%Y-%m-%d %H:%M")
    action = {"action-publish": "action-publish", "go_live_at": later}
    said = edit(editor, page, days=7, **action)
    assert "1 sign-up was for" not in said
    assert "1 sign-up is for" in said
    assert kinds(event, "anna") == ["confirmed"]


def test_the_editor_learns_that_another_list_begins(page: EventPage, editor: Client) -> None:
    event = sign_up_lists.current(page.translation_key)
    assert event
    events.sign_up(event, "anna")
    SignUp.objects.update(created_at=event.starts_at - 25 * DAY)
    SignUpList.objects.update(
        starts_at=event.starts_at - 20 * DAY, ends_at=event.ends_at - 20 * DAY
    )
    said = edit(editor, page, days=7, **{"action-publish": "action-publish"})
    assert "This is another evening" in said
    assert SignUpList.objects.filter(event_key=page.translation_key).count() == 2
    assert kinds(event, "anna") == ["confirmed"]

"""How processes learn of each other's changes, and what happens when the database is away."""

import threading
from typing import Any

import pytest
from django.db import OperationalError

from sosbca.core.page_cache import stamps as module
from sosbca.core.page_cache.parts import EVERYTHING, ROOTS
from sosbca.core.page_cache.stamps import Stamps, Subject

from .page_cache import Clock, Database, FakeSite, World

pytestmark = pytest.mark.usefixtures("noon")


def test_two_processes_agree_within_a_second() -> None:
    database, clock = Database(), Clock()
    one = World(database=database, clock=clock)
    two = World(database=database, clock=clock)
    for turn in range(20):
        one.get()
        two.get()
        one.site.body = two.site.body = f"<p>{turn}</p>".encode() * 100
        # Process one publishes, and sees it at once.
        database.change()
        one.stamps.announce()
        assert one.get().body == one.site.body
        clock.now += 0.999
        assert two.get().body == two.site.body
        clock.now += turn / 10


def test_the_database_is_asked_twice_a_second_at_most() -> None:
    world = World()
    for _ in range(1000):
        world.get()
        world.later(0.01)
    assert world.database.reads <= 21


def test_a_change_committed_late_is_noticed() -> None:
    """Ids are given out in order, but not committed in order."""
    content = Subject("content")
    read: dict[Subject, tuple[int, int]] = {content: (1, 7)}
    clock = Clock()
    stamps = Stamps(lambda: dict(read), clock)
    before = stamps.generations()
    read[content] = (2, 7 + 6)
    clock.now += 1
    assert stamps.generations() != before


def test_while_the_database_is_away_pages_are_shown_for_a_minute() -> None:
    world = World()
    world.get()
    world.database.error = OperationalError("server closed the connection")
    world.later(59)
    assert world.get().cached == "HIT"
    world.later(2)
    # Now nobody knows what has changed. The site says what it has to say.
    world.site.status = "503 Away"
    answer = world.get()
    assert (answer.status, answer.cached) == (503, "PASS")
    world.database.error, world.site.status = None, "200 OK"
    world.later(1.1)
    assert world.get().cached in {"HIT", "MISS"}


def test_what_is_missed_meanwhile_is_noticed_afterwards() -> None:
    world = World()
    world.get()
    world.database.error = OperationalError("away")
    world.later(10)
    assert world.get().cached == "HIT"
    world.database.change()
    world.database.error = None
    world.later(1.1)
    assert world.get().cached == "MISS"


def test_an_absent_database_is_asked_once_a_second(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.get()
    world.database.error = OperationalError("away")
    reads = world.database.reads
    for _ in range(100):
        world.later(0.1)
        world.get()
    assert world.database.reads - reads <= 11
    # Said once, not each time.
    assert len([record for record in caplog.records if "stamps" in record.message]) == 1


def test_a_change_of_this_process_is_never_overlooked_for_an_absent_database() -> None:
    world = World()
    world.get()
    world.stamps.announce()
    world.database.error = OperationalError("away")
    assert world.get().cached == "PASS"


def test_a_change_announced_during_a_reading_is_not_lost() -> None:
    world = World()

    class Reading(Database):
        def __call__(self) -> Any:
            found = super().__call__()
            # Committed and announced after the select, before its result is noted.
            self.change()
            world.stamps.announce()
            return found

    first = World(database=(database := Reading()))
    world = first
    before = first.stamps.generations()
    first.stamps._read = lambda: dict(database.stamps)
    assert first.stamps.generations() != before


def test_nobody_waits_long_for_a_slow_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_FOR_READER", 0.05)
    world = World()
    world.get()
    held, may_end = threading.Event(), threading.Event()

    def slow() -> dict[Subject, Any]:
        held.set()
        may_end.wait(5)
        return {}

    world.stamps._read = slow
    world.later(5)
    reader = threading.Thread(target=world.get)
    reader.start()
    assert held.wait(5)
    assert world.get().cached == "HIT"
    may_end.set()
    reader.join(5)


def test_who_reads_first_reads_for_all() -> None:
    world = World(FakeSite())
    world.get()
    world.later(1)
    reads = world.database.reads
    barrier = threading.Barrier(4)

    def visit() -> None:
        barrier.wait(5)
        world.get()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert world.database.reads == reads + 1


def test_the_site_is_told_which_content_is_new() -> None:
    told: list[set[str]] = []
    database, clock = Database(), Clock()
    stamps = Stamps(database, clock, on_change=lambda parts: told.append(set(parts)))
    database.change("content")
    stamps.generations()
    database.change("giving")
    clock.now += 1
    stamps.generations()
    assert told == [{EVERYTHING}]
    database.change("content", "blog.articlepage")
    database.change("content", ROOTS)
    clock.now += 1
    stamps.generations()
    assert told[1:] == [{"blog.articlepage", ROOTS}]


def test_a_part_of_the_content_is_content_and_leaves_the_other_parts_alone() -> None:
    database, clock = Database(), Clock()
    database.change("content", "blog.articlepage")
    stamps = Stamps(database, clock)
    before = stamps.generations()
    assert before
    database.change("content", "home.standardpage")
    clock.now += 1
    after = stamps.generations()
    assert after
    assert after["content"] > before["content"]
    assert after["home.standardpage"] > before.get("home.standardpage", 0)
    assert after["blog.articlepage"] == before["blog.articlepage"]
    assert after.get(EVERYTHING) == before.get(EVERYTHING)


def test_a_part_whose_changes_are_gone_from_the_log_has_changed() -> None:
    database, clock = Database(), Clock()
    database.change("content", "home.standardpage")
    stamps = Stamps(database, clock)
    before = stamps.generations()
    assert before
    database.stamps.clear()
    clock.now += 1
    after = stamps.generations()
    assert after
    assert after["home.standardpage"] > before["home.standardpage"]
    assert after["content"] > before["content"]

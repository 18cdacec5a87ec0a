"""Many at the same time before the page cache, and how much memory they can make it take."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sosbca.core.page_cache.layer import REMEMBERED_REFUSALS

from .page_cache import FakeSite, World

PAGE = b"<p>Labdien</p>" * 100


def test_what_was_made_before_a_change_is_not_shown_after_it() -> None:
    """The page is read from the database, then somebody publishes, then the page is stored."""
    world = World()

    def publish_meanwhile() -> None:
        world.site.body = b"<p>Jaunais</p>" * 100
        world.database.change()
        world.stamps.announce()
        world.site.before = lambda: None

    world.site.before = publish_meanwhile
    old = world.get()
    assert old.body == PAGE
    new = world.get()
    assert (new.cached, new.body) == ("MISS", b"<p>Jaunais</p>" * 100)
    assert world.get().cached == "HIT"


def test_the_same_without_being_told() -> None:
    """As before, but another process publishes, and this one notices while the page is made."""
    world = World()

    def publish_elsewhere() -> None:
        world.site.before = lambda: None
        world.database.change()
        world.later(0.6)
        world.get("/cita/")

    world.site.before = publish_elsewhere
    assert world.get().cached == "MISS"
    assert world.get("/cita/").cached == "HIT"
    assert world.get().cached == "MISS"


def together(number: int, work: Callable[[], Any]) -> list[Any]:
    results: list[Any] = []
    barrier = threading.Barrier(number)

    def run() -> None:
        barrier.wait(5)
        results.append(work())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return results


def test_a_crowd_makes_a_page_once() -> None:
    world = World()
    world.site.before = lambda: time.sleep(0.2)
    answers = together(6, world.get)
    assert [answer.body for answer in answers] == [PAGE] * 6
    assert sorted(answer.cached for answer in answers) == ["HIT"] * 5 + ["MISS"]
    assert world.site.asked == 1


def test_nobody_waits_for_what_is_not_kept() -> None:
    world = World(FakeSite(Cache_Control="no-store"))
    world.get()
    meeting = threading.Barrier(3)
    # All three are made at the same time, or this would never end.
    world.site.before = lambda: meeting.wait(5)
    answers = together(3, world.get)
    assert [answer.body for answer in answers] == [PAGE] * 3
    assert not meeting.broken


def test_an_exception_reaches_the_server_and_keeps_nobody_waiting() -> None:
    world = World()

    def fail() -> None:
        raise RuntimeError("mid-way")

    world.site.before = fail
    with pytest.raises(RuntimeError, match="mid-way"):
        world.get()
    world.site.before = lambda: None
    assert world.get().cached == "MISS"
    assert world.get().cached == "HIT"


def test_an_exception_in_the_middle_of_a_body_closes_it_and_keeps_nothing() -> None:
    class Breaking(FakeSite):
        def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            body = super().__call__(environ, start_response)

            def chunks() -> Any:
                yield PAGE[:10]
                raise OSError("gone")

            if self.asked == 1:
                body._chunks = chunks()
            return body

    world = World(Breaking())
    with pytest.raises(OSError, match="gone"):
        world.get()
    assert world.site.bodies[0].closed == 1
    assert world.get().cached == "MISS"


# --- Memory --------------------------------------------------------------------------------------


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    world = World(capacity=200_000)
    world.get("/often/")
    for number in range(200):
        world.get(f"/lapa-{number}/")
        world.get("/often/")
        assert world.cache.pages.size <= world.cache.pages.capacity
    assert 5 < len(world.cache.pages) < 100
    assert world.cache.pages.counts.pushed_out > 100
    assert world.get("/often/").cached == "HIT"
    assert world.get("/lapa-0/").cached == "MISS"


def test_lists_with_parameters_push_out_no_page() -> None:
    world = World(capacity=200_000)
    world.get("/")
    for number in range(200):
        world.get(f"/?page={number}")
    assert world.get("/").cached == "HIT"
    assert world.get("/?page=199").cached == "HIT"
    assert world.cache.lists.size <= world.cache.lists.capacity
    assert len(world.cache.pages) == 1


def test_one_page_may_not_take_it_all() -> None:
    world = World(FakeSite(b"a" * 100_000), capacity=400_000)
    world.get()
    assert world.get().cached == "MISS"
    assert world.cache.pages.size == 0


def test_what_is_not_kept_leaves_no_growing_trace() -> None:
    world = World(FakeSite(Set_Cookie="a=b"))
    for number in range(REMEMBERED_REFUSALS + 50):
        world.get(f"/{number}/")
    assert len(world.cache._refused) == REMEMBERED_REFUSALS
    assert world.cache._being_made == {}


def test_old_pages_leave_the_memory_when_they_are_asked_for() -> None:
    world = World()
    world.get()
    size = world.cache.pages.size
    for _ in range(5):
        world.database.change()
        world.later(0.6)
        world.get()
    assert world.cache.pages.size == size
    assert world.cache.pages.counts.outdated == 5

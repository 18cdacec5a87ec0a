"""`make bench`: how fast the site is, told mostly as ratios, which mean the same on any machine.

Makes a database of its own (SQLite in a temporary folder, or on DATABASE_URL's server) with the
demo content, starts the web server of `make serve` on a free port of this machine, measures,
prints, and leaves nothing behind. Exit 1 only when it can't measure.

    make bench ARGS="--rounds 15"      more rounds: steadier figures, a longer wait
    make bench ARGS="--giving 100000"  only finance's pages, with so many donations
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from types import FrameType

from tools.catalogues import compile_all
from tools.serve import HOST

from .cached import after_a_publish, compare
from .client import PAST_THE_CACHE, Connection, Load
from .measure import (
    YARDSTICK,
    CannotMeasure,
    Sample,
    Spread,
    cpu_each,
    cpu_in_yards,
    in_rounds,
    rates,
    times_as_long,
    yardstick,
)
from .weight import Weight, weigh
from .world import BARE, Server, own_database, own_environment, serving

HOME, STANDARD, DONATION = "home page", "standard page", "donation page"
PAGES = {HOME: "/", STANDARD: "/par-mums/", DONATION: "/ziedot/"}
CONNECTIONS = 4
# How many a round holds, so that each takes a few tenths of a second.
BARE_REQUESTS, PAGE_REQUESTS = 800, 16
BARE_POSTS, WEBHOOKS, GIFTS, RECEIPTS, ROUND_TRIPS = 150, 30, 3, 8, 30
# No new round begins after so many seconds.
PATIENCE = 14.0
CACHED_PATIENCE = 30.0

# Where they come from: the design's budgets for a first visit, and its goals for queries and CPU.
CPU_GOAL = 17
# Goals in milliseconds are for a machine that takes so long for the yardstick.
YARDSTICK_MS = 60
QUERY_GOALS = {HOME: 12, STANDARD: 8}
TEXT_BUDGET, JS_BUDGET, REQUEST_BUDGET = 60_000, 15_000, 15
RECEIPT_GOAL = 22
# Of nginx's rate, and of that of Django's cache middleware.
NGINX_GOAL, DJANGO_GOAL = 1 / 3, 5
# Of the usual time of the same page.
FIRST_GOAL = 2

COLUMNS = ("per second", "(range)", "× unit", "(range)", "CPU ms", "× unit", "goal")

type Rows = list[tuple[str, ...]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the site's speed.")
    parser.add_argument("--rounds", type=int, default=7, help="3 or more; 7 when left out")
    parser.add_argument("--giving", type=int, default=0, help="measure with so many donations")
    arguments = parser.parse_args()
    rounds = max(3, arguments.rounds)
    # Ends like Ctrl-C, so that everything is cleaned up.
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    try:
        compile_all()
        with own_environment():
            import django

            django.setup()
            _say("Preparing a database with the demo content …")
            with own_database():
                if arguments.giving:
                    _giving(arguments.giving)
                else:
                    _site(rounds)
    except CannotMeasure as error:
        print(f"\nmake bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmake bench: stopped.", file=sys.stderr)
        return 130
    print(f"\n{time.monotonic() - started:.0f} seconds in all.")
    return 0


def _site(rounds: int) -> None:
    with serving() as server:
        _pages(server, rounds)
        _cached(server, rounds)
    _in_process(rounds)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _cpu_goal(goal: float, taken: Sequence[Sample], yards: Sequence[Sample]) -> str:
    """A goal in milliseconds, and whether it was kept, as on the machine that it is for."""
    there = YARDSTICK_MS * cpu_in_yards(taken, yards)
    return f"{_figure(there)} ≤ {_figure(goal)} ms {'OVER' if there > goal else 'within'}"


# --- Pages, over HTTP ----------------------------------------------------------------------------


def _pages(server: Server, rounds: int) -> None:
    with Connection(HOST, server.port) as connection:
        weights = {name: weigh(path, connection.get) for name, path in PAGES.items()}
    _say("Measuring pages …")
    load = Load(HOST, server.port, CONNECTIONS, PAST_THE_CACHE)

    def ask(path: str, requests: int) -> Sample:
        before = server.cpu_seconds()
        sample = load(path, requests)
        return sample._replace(cpu=server.cpu_seconds() - before)

    pages = {name: partial(ask, path, PAGE_REQUESTS) for name, path in PAGES.items()}
    bare_view = partial(ask, BARE, BARE_REQUESTS)
    cases: dict[str, Callable[[], Sample]] = {
        "bare view (unit)": bare_view,
        **pages,
        YARDSTICK: yardstick,
    }
    samples = in_rounds(cases, rounds, PATIENCE)
    yards, bare = samples.pop(YARDSTICK), samples["bare view (unit)"]

    rows: Rows = [("", *COLUMNS)]
    for name, taken in samples.items():
        goal = _cpu_goal(CPU_GOAL, taken, yards) if name in PAGES else ""
        rows.append((name, *_speed(taken, bare), goal))
    _table(
        f"Pages of the running server, not from memory (granian, {CONNECTIONS} connections)",
        "Past the page cache, in a process that remembers its lookups, as one in production does. "
        "The unit is a view\nthat returns a constant, behind the same middleware. Goal: of CPU, "
        f"on a machine that takes {YARDSTICK_MS} ms for a fixed piece\nof Python; this one took "
        f"{_figure(1000 * cpu_each(yards))} ms on average.",
        rows,
    )
    _first_visit(weights)


def _first_visit(weights: Mapping[str, Weight]) -> None:
    rows: Rows = [
        ("", "HTML", "CSS", "JS", "sum", "pictures", "requests", "", "later: pictures", "requests")
    ]
    for name, weight in weights.items():
        over = [
            what
            for what, value, budget in (
                ("sum", weight.text, TEXT_BUDGET),
                ("JS", weight.js, JS_BUDGET),
                ("requests", weight.requests, REQUEST_BUDGET),
            )
            if value > budget
        ]
        sizes = (weight.html, weight.css, weight.js, weight.text, weight.other)
        verdict = f"OVER: {', '.join(over)}" if over else "within"
        kilobytes = [f"{size / 1000:.1f}" for size in sizes]
        later = (f"{weight.lazy / 1000:.1f}", str(weight.lazy_requests))
        rows.append((name, *kilobytes, str(weight.requests), verdict, *later))
    budgets = (str(JS_BUDGET // 1000), str(TEXT_BUDGET // 1000), "", str(REQUEST_BUDGET))
    rows.append(("budget", "", "", *budgets))
    note = "kB with Brotli; pictures as sent. Later: lazy ones, when the visitor scrolls near."
    if not all(weight.html_is_sent_compressed for weight in weights.values()):
        note += " The server itself sends HTML uncompressed."
    _table("First visit", note, rows)


# --- From memory ---------------------------------------------------------------------------------


def _cached(server: Server, rounds: int) -> None:
    _say("Measuring a page from memory …")
    path = PAGES[STANDARD]
    with serving("tools.bench.django_cache") as django:
        samples = compare(server, django, path, BARE, rounds, CACHED_PATIENCE)
    ours = samples["ours"]
    rows: Rows = [("", "per second", "(range)", "CPU µs", "ours ×", "(range)", "goal")]
    for name, label, goal in (
        ("nginx", "nginx, the same bytes from a file", f"≥ {NGINX_GOAL:.2f}"),
        ("django", "Django’s cache middleware", f"≥ {DJANGO_GOAL}"),
        ("ours", "ours", ""),
        ("bare", "a plain view, not from memory", ""),
        ("uncached", "the same page, not from memory", ""),
    ):
        if name not in samples:
            rows.append((label, "–", "", "–", "–", "", "not here: install nginx-light"))
            continue
        taken = samples[name]
        # How often ours answers while that one answers once.
        times = _spread(times_as_long(taken, ours)) if name != "ours" else ("1", "")
        cpu = _figure(1_000_000 * cpu_each(taken))
        verdict = _cpu_goal(CPU_GOAL, taken, samples[YARDSTICK]) if name == "uncached" else goal
        rows.append((label, *_spread(rates(taken)), cpu, *times, verdict))
    _table(
        f"{STANDARD.capitalize()} from memory, one server process each",
        "Ours × 3 means: three times as many answers in a second as that one.",
        rows,
    )
    _after_a_publish(server)


def _after_a_publish(server: Server) -> None:
    from .publishing import publishers

    _say("Measuring the first request after a publish …")
    rows: Rows = [("", "CPU ms", "(range)", "usual", "(range)", "× usual", "(range)", "goal")]
    for page in (STANDARD, HOME):
        for what, publish in publishers(PAGES[STANDARD]).items():
            samples = after_a_publish(server, PAGES[page], publish)
            first, usual = samples["first"], samples["usual"]
            times = Spread.of(
                [
                    one.cpu / max(1e-9, cpu_each([two]))
                    for one, two in zip(first, usual, strict=True)
                ]
            )
            verdict = "within" if times.median <= FIRST_GOAL else "OVER"
            figures = [
                _spread(Spread.of([1000 * cpu_each([s]) for s in t])) for t in (first, usual)
            ]
            cells = (*figures[0], *figures[1], *_spread(times))
            rows.append((f"{page}, {what}", *cells, f"≤ {FIRST_GOAL} {verdict}"))
    _table(
        "First request after a publish",
        "One visitor at a time, processor time of the server. The usual request is one of the same "
        "page past the cache.",
        rows,
    )


# --- In this process -----------------------------------------------------------------------------


def _in_process(rounds: int) -> None:
    # Django has to be set up before these are imported.
    from .in_process import Application, gifts, json_round_trip, query_counts

    _say("Measuring webhooks, events and receipts …")
    application = Application()
    with gifts(application) as gift:
        counts = query_counts(application, gift, PAGES)
        samples = in_rounds(
            {
                "bare": partial(gift.post_bare, BARE_POSTS),
                "webhook": partial(gift.receive, WEBHOOKS),
                "event": partial(gift.process, GIFTS),
                "receipt": partial(gift.render, RECEIPTS),
                "json": partial(json_round_trip, ROUND_TRIPS),
                YARDSTICK: yardstick,
            },
            rounds,
            PATIENCE,
        )
        # Without the round that warmed up.
        samples["own"] = gift.own_samples[1:]
    receipt_goal = _cpu_goal(RECEIPT_GOAL, samples["receipt"], samples[YARDSTICK])

    rows: Rows = [("", *COLUMNS)]
    for name, label, unit, goal in (
        ("bare", "post to the bare view (unit)", "bare", ""),
        ("webhook", "webhook received", "bare", ""),
        ("own", "event processed, our share", "bare", ""),
        ("event", "event processed, in all", "bare", ""),
        ("json", "100 kB JSON, round trip (unit)", "json", ""),
        ("receipt", "receipt rendered", "json", receipt_goal),
    ):
        rows.append((label, *_speed(samples[name], samples[unit]), goal))
    _table(
        "Giving, in one process, without a network",
        "Webhook: verified, recorded, queued, answered, middleware and all. Event: Stripe’s "
        "stand-in asked (in all:\nwith its time), donation, ledger and receipt written. "
        "Receipt: each another one, PDF/A, compiler warm.",
        rows,
    )
    _table(
        "Queries of a visitor’s request (warm process)",
        "Past the page cache. As Django counts them: BEGIN, COMMIT and savepoints among them, but "
        "not the look\nwhether something has changed, twice a second at most.",
        [("", "queries", "goal"), *map(_query_row, counts.items())],
    )


# --- A great deal of giving -----------------------------------------------------------------------


def _giving(donations: int) -> None:
    from . import giving_scale

    _say(f"Inventing {donations} donations …")
    filled = giving_scale.fill(donations)
    _say("Measuring finance’s pages, exports and statements …")
    rows: Rows = [("", "times", "ms each", "per second", "queries")]
    for name, count, seconds, queries in chain(
        [filled], giving_scale.pages(), giving_scale.yearly()
    ):
        _say(f"  {name}: {count} in {seconds:.2f} s")
        each = 1000 * seconds / max(1, count)
        rate = count / seconds if seconds else 0.0
        shown = "" if queries is None else str(queries)
        rows.append((name, str(count), _figure(each), _figure(rate), shown))
    _table(
        f"Giving with {donations} donations",
        "One process, without a network, pages when warm. Peak memory of the process: "
        f"{giving_scale.peak_megabytes():.0f} MB.",
        rows,
    )


def _query_row(counted: tuple[str, int]) -> tuple[str, ...]:
    name, count = counted
    return (name, str(count), f"≤ {QUERY_GOALS[name]}" if name in QUERY_GOALS else "")


# --- Printing ------------------------------------------------------------------------------------


def _figure(value: float) -> str:
    """Three digits say all that a measurement knows."""
    if value >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2f}"


def _spread(spread: Spread) -> tuple[str, str]:
    return _figure(spread.median), f"({_figure(spread.low)}–{_figure(spread.high)})"


def _speed(samples: Sequence[Sample], unit: Sequence[Sample]) -> tuple[str, ...]:
    """What COLUMNS name."""
    each, unit_each = cpu_each(samples), cpu_each(unit)
    times = times_as_long(samples, unit)
    return (
        *_spread(rates(samples)),
        *(("1", "") if samples is unit else _spread(times)),
        f"{1000 * each:.2f}" if each else "–",
        _figure(each / unit_each) if unit_each else "–",
    )


def _table(title: str, meaning: str, rows: Rows) -> None:
    """Columns as wide as their widest cell; the first to the left, figures to the right."""
    width = max(map(len, rows))
    cells = [(*row, *[""] * (width - len(row))) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(width)]
    print(f"\n{title}\n{meaning}")
    for row in cells:
        line = f"  {row[0]:<{widths[0]}}"
        for text, size in zip(row[1:], widths[1:], strict=True):
            line += f"  {text:<{size}}" if text.startswith("(") else f"  {text:>{size}}"
        print(line.rstrip())
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

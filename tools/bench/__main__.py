"""`make bench`: how fast the site is, told mostly as ratios, which mean the same on any machine.

Makes a database of its own (SQLite in a temporary folder, or on DATABASE_URL's server) with the
demo content, starts the web server of `make serve` on a free port of this machine, measures,
prints, and leaves nothing behind. Exit 1 only when it can't measure.

    make bench ARGS="--rounds 15"    more rounds: steadier figures, a longer wait
"""

import argparse
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from types import FrameType

from tools.catalogues import compile_all
from tools.serve import HOST

from .cached import after_a_publish, compare
from .client import PAST_THE_CACHE, Connection, Load
from .measure import (
    CannotMeasure,
    Sample,
    Spread,
    cpu_each,
    in_rounds,
    rates,
    times_as_long,
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
QUERY_GOALS = {HOME: 12, STANDARD: 8}
TEXT_BUDGET, JS_BUDGET, REQUEST_BUDGET = 60_000, 15_000, 15
RECEIPT_GOAL = 22
# Of nginx's rate, of that of Django's cache middleware, and of the usual time.
NGINX_GOAL, DJANGO_GOAL, FIRST_GOAL = 1 / 3, 5, 2

COLUMNS = ("per second", "(range)", "× unit", "(range)", "CPU ms", "× unit", "goal")

type Rows = list[tuple[str, ...]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the site's speed.")
    parser.add_argument("--rounds", type=int, default=7, help="3 or more; 7 when left out")
    rounds = max(3, parser.parse_args().rounds)
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
                with serving() as server:
                    _pages(server, rounds)
                    _cached(server, rounds)
                _in_process(rounds)
    except CannotMeasure as error:
        print(f"\nmake bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmake bench: stopped.", file=sys.stderr)
        return 130
    print(f"\n{time.monotonic() - started:.0f} seconds in all.")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


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

    cases = {"bare view (unit)": partial(ask, BARE, BARE_REQUESTS)}
    cases |= {name: partial(ask, path, PAGE_REQUESTS) for name, path in PAGES.items()}
    samples = in_rounds(cases, rounds, PATIENCE)
    bare = samples["bare view (unit)"]

    rows: Rows = [("", *COLUMNS)]
    for name, taken in samples.items():
        goal = f"CPU ≤ {CPU_GOAL} ms" if name in PAGES else ""
        rows.append((name, *_speed(taken, bare), goal))
    _table(
        f"Pages of the running server, not from memory (granian, {CONNECTIONS} connections)",
        "The unit is a view that returns a constant, behind the same middleware.",
        rows,
    )
    _first_visit(weights)


def _first_visit(weights: Mapping[str, Weight]) -> None:
    rows: Rows = [("", "HTML", "CSS", "JS", "sum", "pictures", "requests", "of them lazy")]
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
        rows.append((name, *kilobytes, str(weight.requests), str(weight.lazy_requests), verdict))
    budgets = (str(JS_BUDGET // 1000), str(TEXT_BUDGET // 1000), "", str(REQUEST_BUDGET))
    rows.append(("budget", "", "", *budgets))
    note = "kB with Brotli; pictures (lazy ones too) as sent."
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
        ("uncached", "the same page, not from memory", f"CPU ≤ {CPU_GOAL} ms"),
    ):
        if name not in samples:
            rows.append((label, "–", "", "–", "–", "", "not here: install nginx-light"))
            continue
        taken = samples[name]
        # How often ours answers while that one answers once.
        times = _spread(times_as_long(taken, ours)) if name != "ours" else ("1", "")
        cpu = _figure(1_000_000 * cpu_each(taken))
        rows.append((label, *_spread(rates(taken)), cpu, *times, goal))
    _table(
        f"{STANDARD.capitalize()} from memory, one server process each",
        "Ours × 3 means: three times as many answers in a second as that one.",
        rows,
    )
    _after_a_publish(server, path)


def _after_a_publish(server: Server, path: str) -> None:
    from sosbca.core.page_cache import Group, changed

    samples = after_a_publish(server, path, partial(changed, Group.CONTENT))
    usual, first = samples["usual"], samples["first"]
    rows: Rows = [("", "ms", "(range)", "× usual", "(range)", "goal")]
    for label, taken, goal in (
        ("not from memory", usual, ""),
        ("first after a publish", first, f"≤ {FIRST_GOAL}"),
    ):
        each = Spread.of([1000 * sample.seconds for sample in taken])
        times = ("1", "") if taken is usual else _spread(times_as_long(first, usual))
        rows.append((label, *_spread(each), *times, goal))
    _table("First request after a publish", "One visitor at a time, the same page.", rows)


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
            },
            rounds,
            PATIENCE,
        )
        # Without the round that warmed up.
        samples["own"] = gift.own_samples[1:]

    rows: Rows = [("", *COLUMNS)]
    for name, label, unit, goal in (
        ("bare", "post to the bare view (unit)", "bare", ""),
        ("webhook", "webhook received", "bare", ""),
        ("own", "event processed, our share", "bare", ""),
        ("event", "event processed, in all", "bare", ""),
        ("json", "100 kB JSON, round trip (unit)", "json", ""),
        ("receipt", "receipt rendered", "json", f"CPU ≤ {RECEIPT_GOAL} ms"),
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
        "Queries of an anonymous visitor’s request (warm process)",
        "As Django counts them: BEGIN, COMMIT and savepoints among them.",
        [("", "queries", "goal"), *map(_query_row, counts.items())],
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

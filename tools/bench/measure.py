"""Measuring on a machine that others use as well.

The cases take turns in short rounds, in another order each time, and are compared within a round:
what slows the machine down slows them all, and a median over rounds forgets the odd one out.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Self

# What the yardstick is called among the cases.
YARDSTICK = "yardstick"
# Fewer rounds than this are no measurement, however slow the machine.
FEWEST_ROUNDS = 3


class CannotMeasure(Exception):
    """A message for the person at the keyboard."""


class Sample(NamedTuple):
    """What one case did in one round."""

    operations: int
    seconds: float
    # Processor time that it took; 0 when unknown.
    cpu: float

    @property
    def rate(self) -> float:
        """Operations per second."""
        return self.operations / self.seconds


class Spread(NamedTuple):
    """The middle value of several rounds, and the outermost ones."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(statistics.median(values), min(values), max(values))


def in_rounds[Name](
    cases: Mapping[Name, Callable[[], Sample]], rounds: int, seconds: float
) -> dict[Name, list[Sample]]:
    """Run every case once in each round, after one round to warm up, which is thrown away.

    No round begins after `seconds`, except to reach FEWEST_ROUNDS.
    """
    names = list(cases)
    for name in names:
        cases[name]()
    samples: dict[Name, list[Sample]] = {name: [] for name in names}
    deadline = time.monotonic() + seconds
    for number in range(rounds):
        if number >= FEWEST_ROUNDS and time.monotonic() > deadline:
            break
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            samples[name].append(cases[name]())
    return samples


def timed(operations: int, work: Callable[[], object]) -> Sample:
    """Measure work of this process."""
    started, before = time.perf_counter(), time.process_time()
    work()
    return Sample(operations, time.perf_counter() - started, time.process_time() - before)


def yardstick() -> Sample:
    """A fixed piece of Python: a case of its own in the rounds, because one machine takes now so
    long for it and a minute later twice as long."""
    return timed(1, _fixed_work)


def _fixed_work() -> None:
    total = 0
    for number in range(1_000_000):
        total += number * number % 7


def rates(samples: Sequence[Sample]) -> Spread:
    """Operations per second."""
    return Spread.of([sample.rate for sample in samples])


def times_as_long(samples: Sequence[Sample], reference: Sequence[Sample]) -> Spread:
    """How many times as long one operation takes as one of the reference, round by round."""
    pairs = zip(samples, reference, strict=True)
    return Spread.of([base.rate / sample.rate for sample, base in pairs])


def cpu_in_yards(samples: Sequence[Sample], yards: Sequence[Sample]) -> float:
    """How many times the processor time of the `yardstick` one operation takes, by the median of
    the rounds."""
    pairs = zip(samples, yards, strict=True)
    return statistics.median(one.cpu / one.operations / yard.cpu for one, yard in pairs)


def cpu_each(samples: Sequence[Sample]) -> float:
    """Seconds of processor time of one operation, over all rounds; 0 when unknown.

    Knows nothing of waiting, and so little of what else the machine does.
    """
    return sum(sample.cpu for sample in samples) / sum(sample.operations for sample in samples)

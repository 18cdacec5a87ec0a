"""Personal codes stay out of the logs, and the filter never adds an error of its own."""

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from sosbca.core.logging import RedactPersonalCodes

CODE = "010190-12345"


@pytest.fixture
def output() -> Iterator[StringIO]:
    """What a handler with our filter writes for the logger `tests.redaction`."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactPersonalCodes())
    logger = logging.getLogger("tests.redaction")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError(f"no words for {CODE}")

    __repr__ = __str__


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "01019012345",
        "321234-56789",
        "010190 12345",
        "010190–12345",
        "010190 - 12345",
        "010190%2D12345",
        "LV010190-12345",
    ],
)
def test_both_kinds_of_code(output: StringIO, code: str) -> None:
    logging.getLogger("tests.redaction").warning(f"code {code}.")  # noqa: G004
    assert output.getvalue() == "code [personal code].\n"


@pytest.mark.parametrize(
    "text",
    [
        "123456789012",
        "+37126123456",
        "1234567890",
        "pi_3N010190",
        "2026-01-01",
        "8dde4f77-0e88-487d-8305-d12345612345",
    ],
)
def test_other_numbers_stay(output: StringIO, text: str) -> None:
    logging.getLogger("tests.redaction").warning(text)
    assert output.getvalue().strip() == text


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("donor %s", (CODE,)),
        ("donor %r of %d", ({"code": CODE}, 5)),
        ("donor %(code)s", ({"code": CODE},)),
        # A code that only appears when message and argument are put together.
        ("donor 010190-%s", ("12345",)),
        ({"code": CODE}, ()),
        (ValueError(CODE), ()),
        (f"100 % of {CODE}", ()),
    ],
)
def test_arguments(output: StringIO, message: Any, arguments: tuple[Any, ...]) -> None:
    logging.getLogger("tests.redaction").warning(message, *arguments)
    assert "[personal code]" in output.getvalue()
    assert "12345" not in output.getvalue()


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"{CODE}: %s and %s", ("one",)),
        (f"{CODE}: no place", ("one", "two")),
        (f"{CODE}: %d", ("a word",)),
        (f"{CODE}: 5 % of it", ("one",)),
        (f"{CODE}: %(missing)s", ({"other": CODE},)),
        ("%s: %s", (CODE,)),
        (f"{CODE} %s", (Unprintable(),)),
        (Unprintable(), ()),
    ],
)
def test_a_record_that_cannot_be_put_together(
    output: StringIO, message: Any, arguments: tuple[Any, ...]
) -> None:
    """A mistake in a log call must neither stop the request nor let the code through."""
    logging.getLogger("tests.redaction").warning(message, *arguments)
    assert output.getvalue()
    assert "12345" not in output.getvalue()


def test_tracebacks(output: StringIO) -> None:
    try:
        raise ValueError(CODE)
    except ValueError:
        logging.getLogger("tests.redaction").exception("failed")
    assert "ValueError: [personal code]" in output.getvalue()
    assert CODE not in output.getvalue()


def test_chained_errors_and_stacks(output: StringIO) -> None:
    logger = logging.getLogger("tests.redaction")
    try:
        try:
            raise KeyError(CODE)
        except KeyError as error:
            raise ValueError("outer") from error
    except ValueError:
        logger.exception("failed", stack_info=True)
    logger.warning("stack", stack_info=True)  # of 010190-12345
    assert "outer" in output.getvalue()
    assert "Stack (most recent call last)" in output.getvalue()
    assert CODE not in output.getvalue()


def test_an_error_without_words(output: StringIO) -> None:
    class Silent(Exception):
        __str__ = Unprintable.__str__

    try:
        raise Silent
    except Silent:
        logging.getLogger("tests.redaction").exception("failed")
    assert "failed" in output.getvalue()
    assert CODE not in output.getvalue()


def test_a_record_may_pass_several_handlers() -> None:
    record = logging.LogRecord("name", logging.INFO, __file__, 1, "100 %% of %s", (CODE,), None)
    first, second = RedactPersonalCodes(), RedactPersonalCodes()
    assert first.filter(record)
    assert second.filter(record)
    assert record.getMessage() == "100 % of [personal code]"


def test_every_handler_redacts() -> None:
    configuration: dict[str, Any] = settings.LOGGING
    assert configuration["handlers"]
    for handler in configuration["handlers"].values():
        filters = [configuration["filters"][name]["()"] for name in handler["filters"]]
        assert RedactPersonalCodes in [import_string(path) for path in filters]
    # No logger has handlers besides.
    assert not any(logger.get("handlers") for logger in configuration["loggers"].values())

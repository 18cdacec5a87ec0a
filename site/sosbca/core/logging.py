"""Keeps personal codes out of the logs, whatever message they slip into."""

import logging
import re

# Both kinds of Latvian personal code: DDMMYY-NNNNN and 32NNNN-NNNNN, hyphen optional.
# Not within longer words, so that identifiers of tasks stay whole.
PERSONAL_CODE = re.compile(
    r"(?<![\w+-])(?:LV)?\d{6}(?:%2D|[\s\-\u2010-\u2015\u2212]){0,3}\d{5}(?![\w-])"
)


class RedactPersonalCodes(logging.Filter):
    """Replaces anything that looks like a personal code in a record, tracebacks included.

    Never raises: a filter's error would reach whoever logged.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _redact(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _redact(record.exc_text)
        if record.stack_info:
            record.stack_info = _redact(record.stack_info)
        return True


def _redact(text: str) -> str:
    return PERSONAL_CODE.sub("[personal code]", text)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001  whatever a mistake in a log call brings about
        parts = f"{_shown(record.msg)} {_shown(record.args)}"
        return f"{parts} [not put together: {type(error).__name__}]"


def _shown(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001
        return f"<{type(value).__name__}>"

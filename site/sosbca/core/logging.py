"""Keeps personal codes out of the logs, whatever message they slip into."""

import logging
import re

# Both kinds of Latvian personal code: DDMMYY-NNNNN and 32NNNN-NNNNN, hyphen optional.
PERSONAL_CODE = re.compile(r"(?<!\d)\d{6}-?\d{5}(?!\d)")


class RedactPersonalCodes(logging.Filter):
    """Replaces anything that looks like a personal code in a record, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _redact(record.exc_text)
        return True


def _redact(text: str) -> str:
    return PERSONAL_CODE.sub("[personal code]", text)

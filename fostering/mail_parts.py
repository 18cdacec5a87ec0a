"""What every kind of message about fostering is put together from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class About:
    """What a message says and to whom; `attachments` are content and type by file name."""

    recipient: str
    context: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)

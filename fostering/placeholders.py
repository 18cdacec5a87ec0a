"""Words in braces that are filled in. Nothing but names: no code, no attributes."""

import re
from collections.abc import Container, Mapping
from typing import Final

_BRACES: Final = re.compile(r"\{([^{}\n]*)\}")
_NAME: Final = re.compile(r"\{([a-z_]+)\}")


def faults_of(text: str, known: Container[str]) -> list[str]:
    """What stands in braces and can't be filled in, as it is written; also a brace without its
    other half."""
    faults = [found[0] for found in _BRACES.finditer(text) if found[1] not in known]
    return faults + re.findall(r"[{}]", _BRACES.sub("", text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each known name in braces replaced, once: what a value brings in braces stays
    as it is, and so does an unknown name."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)

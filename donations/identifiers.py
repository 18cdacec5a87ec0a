"""Latvian personal codes and registration numbers: checked, and brought to one stored form.

A donor's personal code or a company's registration number goes on the receipt and into the yearly
report to the tax authority, so it must be right; a real one must never be turned away. Refusals
are :class:`IdentifierError` with a machine ``code`` that a form turns into a message.

The check digit and the weights come from python-stdnum (``stdnum.lv.pvn``). Its ``validate`` is
not used: it refuses a personal code for a wrong check digit (real codes with one were issued),
knows only those new codes that begin with 32, demands a check digit that new codes do not have,
lets birth dates lie in the future, and takes personal codes and company numbers for one another.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from stdnum.lv import pvn

#: The check digit of an old-type code does not fit: likely a slip, yet such codes exist.
WARNING_CHECKSUM: Final = "personal_code_checksum"

_RIGA: Final = ZoneInfo("Europe/Riga")
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_PERSONAL_CODE: Final = re.compile(r"([0-9]{6})-?([0-9]{5})")
_UNDATED: Final = re.compile(r"3[2-9][0-9]{9}")


class IdentifierError(ValueError):
    """A number that cannot be what it is meant to be.

    ``code`` is one of ``empty``, ``format``, ``century``, ``date``, ``future`` (personal codes)
    and ``empty``, ``format``, ``not_legal_entity``, ``checksum`` (registration numbers). The text
    never repeats the number: exceptions end up in logs.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PersonalCodeError(IdentifierError):
    """Not a Latvian personal code."""


class RegistrationNumberError(IdentifierError):
    """Not the registration number of a Latvian legal entity."""


@dataclass(frozen=True, slots=True)
class PersonalCode:
    """A personal code in its stored form, and what can be said about it.

    ``value`` is ``DDMMYY-CNNNN`` or, for codes issued since July 2017, ``NNNNNN-NNNNN``.
    ``birth_date`` is None for the new kind, which tells nothing about its bearer.
    ``warnings`` are codes to show beside an accepted value (:data:`WARNING_CHECKSUM`).
    """

    value: str
    kind: Literal["dated", "undated"]
    birth_date: dt.date | None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        # Never the code itself: reprs end up in logs and error reports.
        return f"PersonalCode({mask_personal_code(self.value)!r}, {self.kind!r})"


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """A legal entity's registration number: eleven digits, as the register prints it."""

    value: str


def parse_personal_code(text: str, *, today: dt.date | None = None) -> PersonalCode:
    """Check a personal code as typed (with or without hyphen and spaces).

    ``today`` bounds the birth date and is by default the current day in Latvia.
    Raises :class:`PersonalCodeError`.
    """
    compact = "".join(text.split()).translate(_HYPHENS)
    if not compact:
        raise PersonalCodeError("empty", "no personal code")
    match = _PERSONAL_CODE.fullmatch(compact)
    if match is None:
        raise PersonalCodeError("format", "a personal code is six digits, a hyphen, five digits")
    digits = match[1] + match[2]
    value = f"{match[1]}-{match[2]}"
    if _UNDATED.fullmatch(digits):
        return PersonalCode(value, "undated", None)
    if digits[6] not in "012":
        raise PersonalCodeError("century", "the seventh digit stands for no century")
    try:
        birth_date = pvn.get_birth_date(digits)
    except ValueError as error:
        raise PersonalCodeError("date", "the first six digits are no date") from error
    if birth_date > (today or dt.datetime.now(_RIGA).date()):
        raise PersonalCodeError("future", "the birth date lies in the future")
    fits = pvn.calc_check_digit_pers(digits[:10]) == digits[10]
    return PersonalCode(value, "dated", birth_date, () if fits else (WARNING_CHECKSUM,))


def mask_personal_code(value: str) -> str:
    """A personal code for screens and mails: ``******-***34``; nothing for an empty value.

    Two digits let donors and staff tell one code from another. Four would be the whole of what a
    known birth date leaves open. Anything that is not a code is masked entirely.
    """
    compact = "".join(value.split()).translate(_HYPHENS)
    if not compact:
        return ""
    match = _PERSONAL_CODE.fullmatch(compact)
    return f"******-***{match[2][-2:]}" if match else "******-*****"


def parse_registration_number(text: str) -> RegistrationNumber:
    """Check a Latvian registration number as typed; a VAT number's ``LV`` and spaces may be there.

    Legal entities' numbers begin with 4, 5 or 9; a VAT number that is a person's code is refused
    (``not_legal_entity``). The weighted sum must leave 3 modulo 11.
    Raises :class:`RegistrationNumberError`.
    """
    compact = "".join(text.split()).upper().removeprefix("LV")
    if not compact:
        raise RegistrationNumberError("empty", "no registration number")
    if re.fullmatch(r"[0-9]{11}", compact) is None:
        raise RegistrationNumberError("format", "a registration number is eleven digits")
    if compact[0] not in "459":
        raise RegistrationNumberError("not_legal_entity", "no legal entity's number begins so")
    if pvn.checksum(compact) != 3:
        raise RegistrationNumberError("checksum", "the check digit does not fit")
    return RegistrationNumber(compact)

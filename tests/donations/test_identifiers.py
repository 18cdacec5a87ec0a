"""Personal codes and registration numbers: real ones pass, slips are caught or pointed out."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from donations.identifiers import (
    WARNING_CHECKSUM,
    PersonalCodeError,
    RegistrationNumberError,
    mask_personal_code,
    parse_personal_code,
    parse_registration_number,
)

TODAY = dt.date(2026, 11, 21)
BIRTH_DATES = st.dates(dt.date(1880, 1, 1), TODAY)


def check_digit(ten: str) -> str:
    """The published formula: (1101 - weighted sum) mod 11, and 10 counts as 0."""
    weights = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(ten, weights, strict=True))
    return str((1101 - total) % 11 % 10)


def dated_code(born: dt.date, serial: int) -> str:
    ten = f"{born:%d%m}{born.year % 100:02d}{born.year // 100 - 18}{serial:03d}"
    return ten + check_digit(ten)


@given(born=BIRTH_DATES, serial=st.integers(0, 999), form=st.sampled_from(["", "-", " - ", "–"]))
def test_old_codes(born: dt.date, serial: int, form: str) -> None:
    digits = dated_code(born, serial)
    code = parse_personal_code(f" {digits[:6]}{form}{digits[6:]} ", today=TODAY)
    assert code.value == f"{digits[:6]}-{digits[6:]}"
    assert (code.kind, code.birth_date, code.warnings) == ("dated", born, ())


@given(born=BIRTH_DATES, serial=st.integers(0, 999), shift=st.integers(1, 9))
def test_a_wrong_check_digit_is_a_warning(born: dt.date, serial: int, shift: int) -> None:
    digits = dated_code(born, serial)
    damaged = digits[:10] + str((int(digits[10]) + shift) % 10)
    code = parse_personal_code(damaged, today=TODAY)
    assert code.warnings == (WARNING_CHECKSUM,)
    assert code.birth_date == born


@given(st.from_regex(r"3[2-9][0-9]{9}", fullmatch=True).filter(str.isascii))
def test_new_codes_have_no_check_digit(digits: str) -> None:
    code = parse_personal_code(digits, today=TODAY)
    assert code.value == f"{digits[:6]}-{digits[6:]}"
    assert (code.kind, code.birth_date, code.warnings) == ("undated", None, ())


@given(BIRTH_DATES, st.integers(0, 999))
def test_parsing_a_stored_value_changes_nothing(born: dt.date, serial: int) -> None:
    code = parse_personal_code(dated_code(born, serial), today=TODAY)
    assert parse_personal_code(code.value, today=TODAY) == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \u00a0", "empty"),
        ("121282", "format"),
        ("121282-112345", "format"),
        ("12128-211234", "format"),
        ("121282--11234", "format"),
        ("-12128211234", "format"),
        ("LV121282-11234", "format"),
        ("121282-1123A", "format"),
        ("١٢١٢٨٢-١١٢٣٤", "format"),
        ("121282-31234", "century"),
        ("121282-91234", "century"),
        ("311282-11234", None),
        ("320282-11234", None),  # begins like a new code and is one
        ("310282-11234", "date"),
        ("290281-11234", "date"),
        ("290200-11234", "date"),  # 1900 was no leap year
        ("290200-21234", None),
        ("001282-11234", "date"),
        ("121382-11234", "date"),
        ("221126-21234", "future"),
        ("211126-21234", None),
        ("010199-21234", "future"),
        ("010199-01234", None),
    ],
)
def test_single_codes(text: str, reason: str | None) -> None:
    if reason is None:
        parse_personal_code(text, today=TODAY)
        return
    with pytest.raises(PersonalCodeError) as caught:
        parse_personal_code(text, today=TODAY)
    assert caught.value.code == reason
    assert not text.strip() or text not in str(caught.value)


def test_today_is_the_default_bound() -> None:
    next_year = dt.datetime.now(dt.UTC).year + 1
    with pytest.raises(PersonalCodeError):
        parse_personal_code(f"3006{next_year % 100:02d}-21234")


def test_results_are_frozen_and_keep_codes_out_of_logs() -> None:
    code = parse_personal_code("121282-11234", today=TODAY)
    assert "121282" not in repr(code)
    with pytest.raises(FrozenInstanceError):
        code.value = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("121282-11234", "******-***34"),
        ("12128211234", "******-***34"),
        ("", ""),
        ("erased", "******-*****"),
    ],
)
def test_masking(value: str, masked: str) -> None:
    assert mask_personal_code(value) == masked


@given(st.text(max_size=20))
def test_masking_never_shows_more_than_two_digits(value: str) -> None:
    assert sum(character.isdigit() for character in mask_personal_code(value)) <= 2


# Public numbers: Latvenergo, Swedbank, SEB banka, the State Revenue Service, the city of Riga.
KNOWN = ["40003032949", "40003074764", "40003151743", "90000069281", "90011524360"]


@pytest.mark.parametrize("number", KNOWN)
def test_registration_numbers(number: str) -> None:
    for typed in (
        number,
        f"LV{number}",
        f"lv {number}",
        f" {number[:4]} {number[4:8]} {number[8:]}",
    ):
        assert parse_registration_number(typed).value == number


@given(
    number=st.sampled_from(KNOWN),
    position=st.integers(0, 10),
    digit=st.sampled_from("0123456789"),
)
def test_any_single_slip_is_refused(number: str, position: int, digit: str) -> None:
    assume(number[position] != digit)
    with pytest.raises(RegistrationNumberError):
        parse_registration_number(number[:position] + digit + number[position + 1 :])


@given(ten=st.from_regex(r"[459][0-9]{9}", fullmatch=True).filter(str.isascii))
def test_generated_registration_numbers(ten: str) -> None:
    weights = (9, 1, 4, 8, 3, 10, 2, 5, 7, 6)
    total = sum(int(digit) * weight for digit, weight in zip(ten, weights, strict=True))
    check = (3 - total) % 11
    assume(check != 10)
    assert parse_registration_number(f"{ten}{check}").value == f"{ten}{check}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("LV", "empty"),
        ("4000303294", "format"),
        ("400030329490", "format"),
        ("EE40003032949", "format"),
        ("40003-032949", "format"),
        ("٤٠٠٠٣٠٣٢٩٤٩", "format"),
        ("12128211234", "not_legal_entity"),
        ("32867300679", "not_legal_entity"),
        ("40003032948", "checksum"),
    ],
)
def test_refused_registration_numbers(text: str, reason: str) -> None:
    with pytest.raises(RegistrationNumberError) as caught:
        parse_registration_number(text)
    assert caught.value.code == reason

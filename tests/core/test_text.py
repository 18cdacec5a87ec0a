"""Money, dates and words: what people read must be right to the last space."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.core.text import (
    MAX_AMOUNT_CENTS,
    AmountError,
    UnsupportedLanguageError,
    amount_in_words,
    format_date,
    format_iban,
    format_money,
    format_percent,
    parse_amount,
)

NBSP = "\u00a0"
num2words = importlib.import_module("num2words").num2words  # has no type stubs


@pytest.mark.parametrize(
    ("percent", "language", "expected"),
    [
        ("75", "lv", f"75{NBSP}%"),
        ("75", "en", "75%"),
        ("1.50", "lv", f"1,5{NBSP}%"),
        ("0", "en", "0%"),
    ],
)
def test_percent(percent: str, language: str, expected: str) -> None:
    assert format_percent(Decimal(percent), language) == expected


@pytest.mark.parametrize(
    ("cents", "language", "expected"),
    [
        (3_296_786, "lv", f"32{NBSP}967,86{NBSP}€"),
        (3_296_786, "en", "€32,967.86"),
        (2_500, "lv", f"25,00{NBSP}€"),
        (2_500, "en", "€25.00"),
        (0, "lv", f"0,00{NBSP}€"),
        (5, "en", "€0.05"),
        (-1_234_05, "lv", f"\u22121{NBSP}234,05{NBSP}€"),
        (-1_234_05, "en", "\u2212€1,234.05"),
        (1_234_567_89, "lv", f"1{NBSP}234{NBSP}567,89{NBSP}€"),
    ],
)
def test_money(cents: int, language: str, expected: str) -> None:
    assert format_money(cents, language) == expected


def test_money_trims_only_zero_cents() -> None:
    assert format_money(100_000, "lv", trim_zero_cents=True) == f"1{NBSP}000{NBSP}€"
    assert format_money(100_000, "en", trim_zero_cents=True) == "€1,000"
    assert format_money(100_050, "lv", trim_zero_cents=True) == f"1{NBSP}000,50{NBSP}€"


def test_money_in_another_currency_shows_its_code() -> None:
    assert format_money(1_050, "lv", "USD") == f"10,50{NBSP}USD"
    assert format_money(1_050, "en", "USD") == f"USD{NBSP}10.50"
    with pytest.raises(ValueError, match="ISO 4217"):
        format_money(1, "lv", "eur")


@pytest.mark.parametrize("language", ["ru", "en-gb", "LV", ""])
def test_other_languages_are_refused(language: str) -> None:
    with pytest.raises(UnsupportedLanguageError):
        format_money(1, language)
    with pytest.raises(UnsupportedLanguageError):
        format_date(dt.date(2022, 10, 31), language)
    with pytest.raises(UnsupportedLanguageError):
        amount_in_words(1, language)


def test_dates() -> None:
    assert format_date(dt.date(2022, 10, 31), "lv") == "2022. gada 31. oktobris"
    assert format_date(dt.date(2022, 10, 31), "en") == "31 October 2022"
    assert format_date(dt.date(2024, 2, 1), "lv") == "2024. gada 1. februāris"
    with pytest.raises(TypeError):
        format_date(dt.datetime(2022, 10, 31, 23, 30, tzinfo=dt.UTC), "lv")


def test_iban() -> None:
    assert format_iban("lv80bank0000435195001") == "LV80 BANK 0000 4351 9500 1"
    assert format_iban("LV80 BANK 0000 4351 9500 1") == "LV80 BANK 0000 4351 9500 1"
    for wrong in ("", "LV80", "1234567890123456", "LV80-BANK-0000-4351-9500-1"):
        with pytest.raises(ValueError, match="IBAN"):
            format_iban(wrong)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("25", 2_500),
        ("25.50", 2_550),
        ("25,50", 2_550),
        ("25,5", 2_550),
        ("1 000", 100_000),
        ("1\u00a0000,50", 100_050),
        ("1\u202f000", 100_000),
        ("1 000,50", 100_050),
        ("1 000.50", 100_050),
        ("1.000,50", 100_050),
        ("1,000.50", 100_050),
        ("€25", 2_500),
        ("€ 25", 2_500),
        ("25 €", 2_500),
        ("25€", 2_500),
        (" 25 eur", 2_500),
        ("EUR 25,50", 2_550),
        ("25 eiro", 2_500),
        ("25 Euro", 2_500),
        ("0", 0),
        ("0,05", 5),
        ("007", 700),
        ("25\n", 2_500),  # what a paste brings along
        ("999 999,99", MAX_AMOUNT_CENTS),
    ],
)
def test_amounts_as_typed(text: str, cents: int) -> None:
    assert parse_amount(text) == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("€", "invalid"),
        ("-25", "negative"),
        ("−25", "negative"),
        ("€-25", "negative"),
        ("-€25", "negative"),
        ("25.505", "ambiguous"),
        ("1.000", "ambiguous"),
        ("1,000", "ambiguous"),
        ("25,000 €", "ambiguous"),
        ("0.500", "too_many_decimals"),
        ("1234.567", "too_many_decimals"),
        ("1.0000", "too_many_decimals"),
        ("1.000,505", "too_many_decimals"),
        ("1.000.50", "invalid"),
        ("1 00", "invalid"),
        ("1 000 00", "invalid"),
        ("1 000.000,50", "invalid"),
        ("25.", "invalid"),
        (",50", "invalid"),
        ("twenty", "invalid"),
        ("25x", "invalid"),
        ("€25€", "invalid"),
        ("eur 25 eur", "invalid"),
        ("1e3", "invalid"),
        ("NaN", "invalid"),
        ("inf", "invalid"),
        ("+25", "invalid"),
        ("٢٥", "invalid"),
        ("２５", "invalid"),
        ("²5", "invalid"),
        ("2\n5", "invalid"),
        ("1_000", "invalid"),
        ("25 $", "invalid"),
        ("9" * 41, "invalid"),
        ("1 000 000", "too_large"),
        ("9" * 30, "too_large"),
    ],
)
def test_amounts_refused(text: str, code: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text)
    assert caught.value.code == code


def test_the_largest_amount_can_be_set() -> None:
    assert parse_amount("1 000 000", max_cents=10**12) == 100_000_000
    assert parse_amount("1.000.000", max_cents=10**12) == 100_000_000
    with pytest.raises(AmountError):
        parse_amount("100", max_cents=9_999)


@given(cents=st.integers(0, MAX_AMOUNT_CENTS), language=st.sampled_from(["lv", "en"]))
def test_what_is_shown_can_be_typed_back(cents: int, language: str) -> None:
    assert parse_amount(format_money(cents, language)) == cents


@given(st.text(max_size=60))
def test_no_text_does_anything_but_parse_or_refuse(text: str) -> None:
    try:
        cents = parse_amount(text)
    except AmountError:
        return
    assert 0 <= cents <= MAX_AMOUNT_CENTS


# Latvian numerals, written out by hand and without arithmetic on word parts.
BELOW_TWENTY = (
    "nulle",
    "viens",
    "divi",
    "trīs",
    "četri",
    "pieci",
    "seši",
    "septiņi",
    "astoņi",
    "deviņi",
    "desmit",
    "vienpadsmit",
    "divpadsmit",
    "trīspadsmit",
    "četrpadsmit",
    "piecpadsmit",
    "sešpadsmit",
    "septiņpadsmit",
    "astoņpadsmit",
    "deviņpadsmit",
)
TENS = (
    "-",
    "-",
    "divdesmit",
    "trīsdesmit",
    "četrdesmit",
    "piecdesmit",
    "sešdesmit",
    "septiņdesmit",
    "astoņdesmit",
    "deviņdesmit",
)


def spelled(number: int) -> str:
    if number < 20:
        return BELOW_TWENTY[number]
    if number < 100:
        rest = number % 10
        return TENS[number // 10] + (f" {BELOW_TWENTY[rest]}" if rest else "")
    for size, one, many in (
        (1_000_000, "miljons", "miljoni"),
        (1_000, "tūkstotis", "tūkstoši"),
        (100, "simts", "simti"),
    ):
        if number >= size:
            count, rest = divmod(number, size)
            ends_in_one = str(count).endswith("1") and not str(count).endswith("11")
            noun = one if ends_in_one else many
            head = noun if size == 100 and count == 1 else f"{spelled(count)} {noun}"
            return f"{head} {spelled(rest)}" if rest else head
    raise AssertionError(number)


def test_every_latvian_amount_up_to_ten_thousand_euros() -> None:
    for euros in range(10_000):
        assert amount_in_words(euros * 100, "lv") == f"{spelled(euros)} eiro"


@given(st.integers(0, 999_999_999))
def test_latvian_numerals_agree_with_num2words(euros: int) -> None:
    ours = amount_in_words(euros * 100, "lv").removesuffix(" eiro")
    assert ours == spelled(euros)
    # num2words leaves "viens" out before a thousand or million and declines "simts" before ones.
    theirs = str(num2words(euros, lang="lv")).replace("simtu ", "simts ")
    for noun in ("tūkstotis", "miljons"):
        ours = f" {ours}".replace(f" viens {noun}", f" {noun}").strip()
        theirs = f" {theirs}".replace(f" viens {noun}", f" {noun}").strip()
    assert ours == theirs


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (1_234_56, "viens tūkstotis divi simti trīsdesmit četri eiro un 56 centi"),
        (0, "nulle eiro"),
        (50, "nulle eiro un 50 centi"),
        (100, "viens eiro"),
        (1_01, "viens eiro un 1 cents"),
        (2_11, "divi eiro un 11 centi"),
        (2_21, "divi eiro un 21 cents"),
        (101_00, "simts viens eiro"),
        (1_000_00, "viens tūkstotis eiro"),
        (2_100_00, "divi tūkstoši simts eiro"),
        (11_000_00, "vienpadsmit tūkstoši eiro"),
        (21_000_00, "divdesmit viens tūkstotis eiro"),
        (111_000_00, "simts vienpadsmit tūkstoši eiro"),
        (101_001_00, "simts viens tūkstotis viens eiro"),
        (1_000_000_00, "viens miljons eiro"),
        (2_500_000_00, "divi miljoni pieci simti tūkstoši eiro"),
    ],
)
def test_latvian_amounts_in_words(cents: int, expected: str) -> None:
    assert amount_in_words(cents, "lv") == expected


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (1_234_56, "one thousand two hundred and thirty-four euros and fifty-six cents"),
        (0, "zero euros"),
        (100, "one euro"),
        (1_01, "one euro and one cent"),
        (25_00, "twenty-five euros"),
        (1_001_02, "one thousand and one euros and two cents"),
    ],
)
def test_english_amounts_in_words(cents: int, expected: str) -> None:
    assert amount_in_words(cents, "en") == expected


@given(st.integers(0, 999_999_999))
def test_english_numerals_agree_with_num2words(euros: int) -> None:
    theirs = num2words(euros, lang="en_GB").replace(",", "")
    assert amount_in_words(euros * 100, "en") == f"{theirs} {'euro' if euros == 1 else 'euros'}"


@pytest.mark.parametrize("cents", [-1, 100_000_000_000])
def test_amounts_beyond_words(cents: int) -> None:
    with pytest.raises(ValueError, match="words"):
        amount_in_words(cents, "lv")

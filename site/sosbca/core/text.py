"""Money, dates and account numbers as people read and write them, in Latvian and English.

Everything here is a pure function of its arguments: no settings, no active language, no clock.
Languages are the site's two, ``"lv"`` and ``"en"`` (British conventions); any other code is an
:class:`UnsupportedLanguageError`. Money is always an integer number of cents.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Final

NBSP: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"

#: The largest amount Stripe accepts in one charge: eight digits of minor units (999 999,99 €).
#: Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MAX_AMOUNT_CENTS: Final = 99_999_999

_LANGUAGES: Final = ("lv", "en")

_MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "lv": (
        "janvāris",
        "februāris",
        "marts",
        "aprīlis",
        "maijs",
        "jūnijs",
        "jūlijs",
        "augusts",
        "septembris",
        "oktobris",
        "novembris",
        "decembris",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


class UnsupportedLanguageError(ValueError):
    """The language code is neither ``"lv"`` nor ``"en"``."""


class AmountError(ValueError):
    """Text that :func:`parse_amount` refuses; ``code`` says why, for the form's message.

    Codes: ``empty``, ``negative``, ``invalid`` (letters, other scripts' digits, stray or misplaced
    signs), ``too_many_decimals``, ``ambiguous`` (``1.000``), ``too_large``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def format_money(
    cents: int, language: str, currency: str = "EUR", *, trim_zero_cents: bool = False
) -> str:
    """Money for reading: ``32 967,86 €`` in Latvian (no-break spaces), ``€32,967.86`` in English.

    ``cents`` is in hundredths of ``currency``. A currency other than EUR is shown by its ISO 4217
    code. ``trim_zero_cents`` leaves the cents out of whole amounts (``25 €``). A negative amount
    has a true minus sign (U+2212) in front of everything.
    """
    _check_language(language)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError(f"not an ISO 4217 currency code: {currency!r}")
    sign = MINUS if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    show_cents = rest != 0 or not trim_zero_cents
    if language == "lv":
        digits = f"{whole:,}".replace(",", NBSP) + (f",{rest:02d}" if show_cents else "")
        return f"{sign}{digits}{NBSP}{'€' if currency == 'EUR' else currency}"
    digits = f"{whole:,}" + (f".{rest:02d}" if show_cents else "")
    return f"{sign}€{digits}" if currency == "EUR" else f"{sign}{currency}{NBSP}{digits}"


def format_number(number: Decimal, language: str) -> str:
    """A figure with its thousands apart and no needless zeros: ``5 260,5`` and ``5,260.5``."""
    _check_language(language)
    text = f"{number:,f}"
    whole, _point, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    separator, mark = (NBSP, ",") if language == "lv" else (",", ".")
    whole = whole.replace(",", separator).replace("-", MINUS)
    return f"{whole}{mark}{fraction}" if fraction else whole


def format_percent(percent: Decimal, language: str) -> str:
    """A share of a hundred: ``1,5 %`` with a no-break space in Latvian, ``1.5%`` in English."""
    return format_number(percent, language) + (f"{NBSP}%" if language == "lv" else "%")


def month_name(month: int, language: str) -> str:
    """The name of a month, 1 to 12: ``janvāris``, ``January``."""
    _check_language(language)
    return _MONTHS[language][month - 1]


def format_date(date: dt.date, language: str) -> str:
    """A calendar day in full: ``2022. gada 31. oktobris`` or ``31 October 2022``.

    Raises TypeError for a datetime: which day a moment falls on depends on a time zone, and that
    choice belongs to the caller.
    """
    _check_language(language)
    if isinstance(date, dt.datetime):
        raise TypeError("format_date takes a date; convert the datetime to local time first")
    month = _MONTHS[language][date.month - 1]
    if language == "lv":
        return f"{date.year}. gada {date.day}. {month}"
    return f"{date.day} {month} {date.year}"


def format_iban(iban: str) -> str:
    """An IBAN in groups of four, as ISO 13616 prints it.

    The spaces are ordinary ones: a copied no-break space is refused by some bank forms.
    Only the shape is checked (ValueError); whether the account number is valid is not.
    """
    compact = "".join(iban.split()).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", compact):
        raise ValueError("not the shape of an IBAN")
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))


_CURRENCY_MARK: Final = r"(?:€|eur|euro|eiro)"
_MARK_BEFORE: Final = re.compile(rf"{_CURRENCY_MARK}\s*", re.IGNORECASE)
_MARK_AFTER: Final = re.compile(rf"\s*{_CURRENCY_MARK}\Z", re.IGNORECASE)
_AMOUNT: Final = re.compile(
    # Groups of three parted by one and the same sign, or plain digits; then perhaps decimals.
    r"(?P<whole>[0-9]{1,3}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3})*|[0-9]+)"
    r"(?:(?P<point>[.,])(?P<decimals>[0-9]+))?"
)
_TYPED_SPACES: Final = dict.fromkeys(map(ord, "\t\u00a0\u2009\u202f"), " ")


def parse_amount(text: str, *, max_cents: int = MAX_AMOUNT_CENTS) -> int:
    """Cents from an amount in euros as people type it.

    Understood: ``25``, ``25.5``, ``25,50``, ``1 000``, ``1 000,50``, ``1.000,50``, ``1,000.50``,
    ``1.000.000``, with ``€``, ``EUR``, ``euro`` or ``eiro`` before or after. Zero is an amount;
    a least amount is for the form to set.

    A single point or comma followed by exactly three digits (``1.000``, ``25,000``) is refused as
    ``ambiguous`` and not guessed: one reading is a thousand times the other, and asking again
    costs the donor a second.

    Raises :class:`AmountError` with the codes listed there; ``too_large`` above ``max_cents``.
    """
    value = text.translate(_TYPED_SPACES).strip()
    if not value:
        raise AmountError("empty", "no amount")
    if len(value) > 40:
        raise AmountError("invalid", "far too long for an amount")
    mark_before = _MARK_BEFORE.match(value)
    value = value[mark_before.end() :] if mark_before else _MARK_AFTER.sub("", value)
    if re.match(rf"[-{MINUS}–]\s*(?:{_CURRENCY_MARK}\s*)?[0-9]", value, re.IGNORECASE):
        raise AmountError("negative", "the amount is below zero")
    match = _AMOUNT.fullmatch(value)
    if match is None:
        raise AmountError("invalid", "not an amount of money")
    whole, group, point = match["whole"], match["group"], match["point"]
    decimals = match["decimals"] or ""
    if group and group == point:
        raise AmountError("invalid", "the same sign parts thousands and cents")
    if group in (".", ",") and point is None and whole.count(group) == 1:
        if whole.startswith("0"):
            # 0.500 can only be half a euro written with three decimals.
            raise AmountError("too_many_decimals", "more than two decimals")
        raise AmountError("ambiguous", "thousands or decimals")
    if len(decimals) > 2:
        raise AmountError("too_many_decimals", "more than two decimals")
    digits = whole.replace(group, "") if group else whole
    cents = int(digits) * 100 + int(decimals.ljust(2, "0"))
    if cents > max_cents:
        raise AmountError("too_large", "above the largest amount accepted")
    return cents


def typed_amount(cents: int) -> str:
    """An amount as a person would type it, with the point as decimal mark: 25 or 25.50."""
    euros, rest = divmod(cents, 100)
    return f"{euros}.{rest:02d}" if rest else str(euros)


def amount_in_words(cents: int, language: str) -> str:
    """An amount in euros in words, as accounting documents carry it.

    Latvian: euros in words, cents in figures (``divdesmit pieci eiro un 50 centi``). English:
    both in words (``twenty-five euros and fifty cents``). Whole euros end after the euros.
    Raises ValueError below zero and from a thousand million euros upwards.
    """
    _check_language(language)
    euros, rest = divmod(cents, 100)
    if cents < 0 or euros >= 1_000_000_000:
        raise ValueError("amount outside what can be put into words")
    if language == "lv":
        # "Eiro" is indeclinable in Latvian; "cents" is not.
        words = f"{_latvian_cardinal(euros)} eiro"
        return f"{words} un {rest} {_latvian_form(rest, 'cents', 'centi')}" if rest else words
    words = f"{_english_cardinal(euros)} {'euro' if euros == 1 else 'euros'}"
    if rest:
        words += f" and {_english_cardinal(rest)} {'cent' if rest == 1 else 'cents'}"
    return words


_LV_ONES: Final = (
    "-",
    "viens",
    "divi",
    "trīs",
    "četri",
    "pieci",
    "seši",
    "septiņi",
    "astoņi",
    "deviņi",
)
_LV_STEMS: Final = ("-", "vien", "div", "trīs", "četr", "piec", "seš", "septiņ", "astoņ", "deviņ")
_EN_BELOW_TWENTY: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_EN_TENS: Final = (
    "-",
    "-",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
)


def _latvian_form(count: int, one: str, other: str) -> str:
    """The noun's form after a number in figures: ``1``, ``21``, ``101`` take the singular."""
    return one if count % 10 == 1 and count % 100 != 11 else other


def _latvian_below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words: list[str] = []
    if hundreds:
        words += ["simts"] if hundreds == 1 else [_LV_ONES[hundreds], "simti"]
    if rest == 10:
        return [*words, "desmit"]
    if tens == 1:
        return [*words, f"{_LV_STEMS[ones]}padsmit"]
    if tens:
        words.append(f"{_LV_STEMS[tens]}desmit")
    if ones:
        words.append(_LV_ONES[ones])
    return words


def _latvian_cardinal(number: int) -> str:
    """A cardinal from 0 to 999 999 999 in the masculine nominative.

    Not num2words: it drops the one of "viens tūkstotis", which a receipt should not leave open,
    writes 101 as "simtu viens", and reads a bare int as cents. The tests hold both against it.
    """
    if number == 0:
        return "nulle"
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1_000)
    words: list[str] = []
    if millions:
        words += _latvian_below_thousand(millions)
        words.append(_latvian_form(millions, "miljons", "miljoni"))
    if thousands:
        words += _latvian_below_thousand(thousands)
        words.append(_latvian_form(thousands, "tūkstotis", "tūkstoši"))
    return " ".join(words + _latvian_below_thousand(units))


def _english_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if rest < 20:
        tail = _EN_BELOW_TWENTY[rest]
    else:
        tail = _EN_TENS[tens] + (f"-{_EN_BELOW_TWENTY[ones]}" if ones else "")
    if not hundreds:
        return tail
    head = f"{_EN_BELOW_TWENTY[hundreds]} hundred"
    return f"{head} and {tail}" if rest else head


def _english_cardinal(number: int) -> str:
    """A British cardinal from 0 to 999 999 999, without commas: "one thousand and one"."""
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1_000)
    words: list[str] = []
    if millions:
        words.append(f"{_english_below_thousand(millions)} million")
    if thousands:
        words.append(f"{_english_below_thousand(thousands)} thousand")
    if words and 0 < units < 100:
        words.append("and")
    if units or not words:
        words.append(_english_below_thousand(units))
    return " ".join(words)


def _check_language(language: str) -> None:
    if language not in _LANGUAGES:
        raise UnsupportedLanguageError(f"language must be one of {_LANGUAGES}, not {language!r}")

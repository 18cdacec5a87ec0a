"""Figures are stated in one place and shown in the reader's format."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from home.models.glossary_page import collation_key
from sosbca.core.models import Fact

NBSP = "\N{NO-BREAK SPACE}"


def fact(**fields: Any) -> Fact:
    words = {
        "code": "children",
        "label_lv": "bērni ciematos",
        "label_en": "children in villages",
        "source_lv": "Pārskats",
        "source_en": "Report",
        "as_of": datetime.date(2022, 1, 1),
        "figure": Decimal(5260),
    }
    return Fact(**words | fields)


@pytest.mark.parametrize(
    ("fields", "latvian", "english"),
    [
        ({}, f"5{NBSP}260", "5,260"),
        ({"figure": Decimal(1300), "is_at_least": True}, f"1{NBSP}300+", "1,300+"),
        ({"figure": Decimal("12.50")}, "12,5", "12.5"),
        ({"figure": Decimal("-3.00")}, "−3", "−3"),
        ({"figure": Decimal(0)}, "0", "0"),
        (
            {"figure": Decimal(25), "unit_lv": "gadi", "unit_en": "years"},
            f"25{NBSP}gadi",
            f"25{NBSP}years",
        ),
    ],
)
def test_the_format_follows_the_language(
    fields: dict[str, Any], latvian: str, english: str
) -> None:
    assert fact(**fields).shown("lv") == latvian
    assert fact(**fields).shown("en") == english
    with override("en"):
        assert fact(**fields).shown() == english
        assert fact().label() == "children in villages"
        assert fact().source() == "Report"


def test_stale_after_its_day() -> None:
    day = datetime.date(2024, 6, 30)
    assert not fact(valid_until=day).is_stale(day)
    assert fact(valid_until=day).is_stale(day + datetime.timedelta(days=1))
    assert not fact().is_stale()


@pytest.mark.django_db
def test_days_that_can_not_be() -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="as_of"):
        fact(as_of=tomorrow).full_clean()
    with pytest.raises(ValidationError, match="valid_until"):
        fact(valid_until=datetime.date(2021, 12, 31)).full_clean()
    fact(valid_until=datetime.date(2022, 1, 1)).full_clean()
    with pytest.raises(IntegrityError, match="fact_valid_after_it_was_true"), transaction.atomic():
        fact(valid_until=datetime.date(2021, 12, 31)).save()


def test_latvian_dictionary_order() -> None:
    words = [
        "Čaks",
        "bērns",
        "Cēsis",
        "Ābols",
        "abols",
        "ģimene",
        "grāmata",
        "gads",
        "žogs",
        "zoss",
    ]
    assert sorted(words, key=collation_key) == [
        "abols", "Ābols", "bērns", "Cēsis", "Čaks", "gads", "grāmata", "ģimene", "zoss", "žogs",
    ]  # fmt: skip

"""The donation form as tests send it."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Site

from donations.models import DonationTexts
from home.models import DonationPage, DonationPreset
from tests.giving import FORM

LV, EN = "/ziedot/", "/en/donate/"


def post(visitor: Client, path: str = LV, **changes: Any) -> Any:
    return visitor.post(path, FORM | changes)


def errors(response: Any) -> set[str]:
    return set(response.context["form"].errors)


def offer_regular_gifts() -> None:
    """Amounts for monthly and yearly gifts on both donation pages."""
    for page in DonationPage.objects.all():
        for frequency, amounts in (("monthly", (500, 1000)), ("yearly", (6000, 12000))):
            for cents in amounts:
                DonationPreset.objects.create(
                    page=page,
                    frequency=frequency,
                    amount_cents=cents,
                    meaning=f"{frequency} {cents}",
                    is_default=cents in {1000, 12000},
                    locale=page.locale,
                )


@pytest.fixture
def regular(site: Site) -> None:
    offer_regular_gifts()


@pytest.fixture
def fee(site: Site) -> None:
    """Staff estimate that a payment costs 1.5 % and 25 cents."""
    DonationTexts.objects.create(site=site, fee_percent="1.5", fee_fixed_cents=25)

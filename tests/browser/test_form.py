"""The donation form: what stands in it at first, and what happens when it is filled in wrong."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import FOUR, TWO, as_each
from tests.browser.live_site import LiveSite
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser


def erroneous(visitor: Visitor) -> list[str]:
    """The names of the fields that are marked as wrong."""
    marked = visitor.page.locator("form.donation [aria-invalid=true]")
    return [str(field.get_attribute("name")) for field in marked.all()]


def expect_summary(visitor: Visitor, count: int) -> None:
    """The page says in its title, above the form and at the fields that something is wrong."""
    page = visitor.page
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    expect(page).to_have_title(re.compile(f"^{visitor.words.error}"))
    expect(summary.locator("a")).to_have_count(count)
    expect(page.locator("form.donation .error:visible")).to_have_count(count)
    if visitor.has_script:
        expect(summary).to_be_focused()
    for link in summary.locator("a").all():
        target = str(link.get_attribute("href"))
        expect(page.locator(target)).to_be_visible()
    for field in page.locator("form.donation [aria-invalid=true]").all():
        described = str(field.get_attribute("aria-describedby")).split()
        assert any(page.locator(f"#{name}.error").count() for name in described)


@as_each(*FOUR)
def test_errors_are_told_and_nothing_typed_is_lost(visitor: Visitor, live: LiveSite) -> None:
    visitor.open(visitor.words.form)
    # Everything empty, as far as the form can be.
    visitor.fill_form(amount="other")
    visitor.send()
    expect_summary(visitor, 3)
    assert set(erroneous(visitor)) == {"amount_other", "name", "email"}

    typed: dict[str, str | bool] = {
        "amount_other": "1,5 eiro",
        "fund": "foster",
        "name": "Jānis Kalniņš",
        "email": "janis@",
        "wants_tax_receipt": True,
        "personal_code": "991399-12345",
        "newsletter": True,
        "message": "Lai veicas!\nĀ <b>&amp;",
    }
    visitor.fill_form(**typed)
    visitor.send()
    expect_summary(visitor, 3)
    assert set(erroneous(visitor)) == {"amount_other", "email", "personal_code"}
    for name, value in typed.items():
        if isinstance(value, bool):
            assert visitor.page.locator(f"[name={name}]").is_checked()
        else:
            assert visitor.value(name) == value

    # The link in the summary leads to the field.
    visitor.page.locator(".error-summary a").last.click()
    expect(visitor.page.locator("#id_personal_code")).to_be_focused()

    # A check digit that does not fit is asked about once.
    visitor.fill_form(amount_other="20", email=visitor.email, personal_code="161175-19998")
    visitor.send()
    expect_summary(visitor, 1)
    expect(visitor.page.locator("#error_personal_code")).to_contain_text(visitor.words.check_code)
    assert live.attempts_of(visitor.email) == set()
    visitor.send()
    visitor.arrive_at_checkout()
    assert len(live.attempts_of(visitor.email)) == 1


@as_each(*TWO)
def test_limits_and_company_errors(visitor: Visitor) -> None:
    visitor.open(visitor.words.form)
    visitor.fill_form(amount_other="1", donor_type="company", registration_number="123")
    visitor.send()
    expect_summary(visitor, 4)
    expected = {"amount_other", "company_name", "registration_number", "email"}
    assert set(erroneous(visitor)) == expected
    assert visitor.value("donor_type") == "company"
    assert visitor.value("registration_number") == "123"
    visitor.fill_form(amount_other="10000,01")
    visitor.send()
    expect(visitor.page.locator("#error_amount_other")).to_be_visible()
    assert visitor.value("amount_other") == "10000,01"


@as_each(*TWO)
def test_campaign_link_and_language_switch(visitor: Visitor) -> None:
    words = visitor.words
    visitor.open(f"{words.form}?amount=33.50&frequency=once&fund=newborn")
    assert visitor.value("fund") == "newborn"
    assert visitor.value("amount") == "other"
    # The amount as it was written in the link.
    assert visitor.value("amount_other") == "33.50"
    if visitor.has_script:
        shown = "33,50 €" if words.language == "lv" else "€33.50"
        expect(visitor.page.locator("form.donation .button.donate")).to_contain_text(shown)
    if visitor.page.viewport_size == {"width": PHONE, "height": 844}:
        visitor.page.get_by_role("button", name=words.menu).click()
    other, path = ("en", "/en/donate/") if words.language == "lv" else ("lv", "/ziedot/")
    visitor.page.locator(f".languages a[hreflang={other}]").click()
    visitor.page.wait_for_url(f"**{path}*")
    assert visitor.page.locator("html").get_attribute("lang") == other


def test_a_link_of_nonsense_opens_the_plain_form(visit: Callable[..., Visitor]) -> None:
    visitor = visit(Kind("lv", True, DESK))
    visitor.open("/ziedot/?amount=%3Cscript%3E&fund=nope&frequency=hourly&resume=forged&email=a")
    assert visitor.value("amount_other") == ""
    assert visitor.value("fund") == "general"
    assert visitor.value("email") == "a"


@as_each(*TWO)
def test_amount_from_the_home_page(visitor: Visitor) -> None:
    page, words = visitor.page, visitor.words
    visitor.open(words.home)
    teaser = page.locator(".donation-teaser form")
    teaser.locator("[name=amount_other]").fill("17,50")
    teaser.locator("[type=submit]").click()
    page.wait_for_url(f"**{words.form}?*")
    assert visitor.value("amount") == "other"
    assert visitor.value("amount_other") == "17,50"
    visitor.open(words.home)
    teaser.locator("[name=amount][value='50']").check()
    teaser.locator("[type=submit]").click()
    page.wait_for_url(f"**{words.form}?*")
    assert visitor.value("amount") == "50"
    assert visitor.value("amount_other") == ""

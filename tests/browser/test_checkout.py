"""Between our form and the checkout: cards that fail, ways back, one payment for one gift."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import FOUR, TWO, as_each
from tests.browser.live_site import LiveSite
from tests.browser.visitors import CARD, Visitor

pytestmark = pytest.mark.browser

DECLINED = "4000 0000 0000 0002"
THREE_D_SECURE = "4000 0025 0000 3155"
SEPA = "DE89 3704 0044 0532 0130 00"
SEPA_FAILS = "DE62 3704 0044 0532 0130 01"


def start(visitor: Visitor, **fields: str | bool) -> str:
    """Fill in the form and go to the checkout; return the checkout's id."""
    visitor.open(visitor.words.form)
    visitor.fill_as_person(**fields)
    visitor.send()
    return visitor.arrive_at_checkout()


@as_each(*TWO)
def test_declined_refused_and_paid_at_last(visitor: Visitor, live: LiveSite) -> None:
    page = visitor.page
    start(visitor)
    visitor.pay(DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.pay(THREE_D_SECURE)
    page.locator("button[value=refuse]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.pay(THREE_D_SECURE)
    page.locator("button[value=accept]").click()
    visitor.see(visitor.words.paid)
    live.mail_to(visitor.email)
    assert len(live.attempts_of(visitor.email)) == 1


@as_each(*FOUR)
def test_way_back_to_the_form_as_it_was(visitor: Visitor, live: LiveSite) -> None:
    page, words = visitor.page, visitor.words
    old = start(visitor, amount_other="18", fund="foster", message="Turieties!")
    page.locator(f'a[href*="{words.form}?resume="]').click()
    page.wait_for_url(f"{live.address}{words.form}?resume=*")
    for personal in ("Anna", "Berzi", visitor.email, "%40", "@"):
        assert personal not in visitor.address
    filled = {name: visitor.value(name) for name in ("name", "email", "fund", "message")}
    assert filled == {
        "name": "Anna Bērziņa",
        "email": visitor.email,
        "fund": "foster",
        "message": "Turieties!",
    }
    assert visitor.value("amount_other") == "18"

    # Another amount: the checkout that was left can't be paid any more.
    # Without a script the amount that was typed stays until it is removed.
    visitor.fill_form(**({} if visitor.has_script else {"amount_other": ""}), amount="50")
    visitor.send()
    new = visitor.arrive_at_checkout()
    assert new != old
    visitor.pay()
    visitor.see(words.paid)
    visitor.open(f"{live.stripe}/c/pay/{old}")
    expect(page.locator("form")).to_have_count(0)
    visitor.open(live.thanks(old, words.language))
    visitor.see(words.expired)


@as_each(*TWO)
def test_thank_you_page_before_and_without_payment(visitor: Visitor, live: LiveSite) -> None:
    page, words = visitor.page, visitor.words
    session = start(visitor, amount="10")
    visitor.open(live.thanks(session, words.language))
    visitor.see(words.open)
    page.get_by_role("link", name=words.back_to_gift).click()
    assert visitor.value("email") == visitor.email
    assert visitor.value("amount") == "10"
    live.control("expire", session=session)
    visitor.open(live.thanks(session, words.language))
    visitor.see(words.expired)
    page.get_by_role("link", name=words.start_again).click()
    assert visitor.value("email") == visitor.email
    visitor.send()
    assert visitor.arrive_at_checkout() != session


@as_each(*TWO)
def test_sepa_debit_that_arrives(visitor: Visitor, live: LiveSite) -> None:
    session = start(visitor)
    visitor.pay(SEPA)
    visitor.see(visitor.words.processing)
    expect(visitor.page.locator("main")).not_to_contain_text("PDF")
    live.control("settle", payment=session)
    assert len(live.mail_to(visitor.email)) == 1
    visitor.page.reload()
    visitor.see(visitor.words.paid)


@as_each(*TWO)
def test_sepa_debit_that_fails(visitor: Visitor, live: LiveSite) -> None:
    session = start(visitor)
    visitor.pay(SEPA_FAILS)
    visitor.see(visitor.words.processing)
    live.control("settle", payment=session)
    visitor.page.reload()
    visitor.see(visitor.words.failed)
    visitor.page.locator("main a.donate").click()
    expect(visitor.page.locator("form.donation")).to_be_visible()


@as_each(*FOUR)
def test_double_click_and_back_button_lead_to_one_checkout(
    visitor: Visitor, live: LiveSite
) -> None:
    page = visitor.page
    visitor.open(visitor.words.form)
    visitor.fill_as_person(amount="10")
    # Chromium notes what was typed, for the way back, up to a second later; people take longer.
    page.wait_for_timeout(1500)
    # Slow enough that the second click finds the form still there.
    live.control("faults", kind="delay", seconds=0.5, prefix="/v1/checkout", method="POST")
    page.locator("form.donation .button.donate").dblclick()
    session = visitor.arrive_at_checkout()
    page.go_back()
    page.wait_for_url(f"**{visitor.words.form}")
    expect(page.locator("form.donation .button.donate")).to_be_enabled()
    # It also fills the form in again only after the page has loaded.
    expect(page.locator('form.donation [name="email"]')).to_have_value(visitor.email)
    visitor.send()
    assert visitor.arrive_at_checkout() == session
    assert len(live.attempts_of(visitor.email)) == 1
    live.control("faults", clear=True)


@as_each(*TWO)
def test_stripe_away_and_back(visitor: Visitor, live: LiveSite) -> None:
    page, words = visitor.page, visitor.words
    visitor.open(words.form)
    visitor.fill_as_person(amount_other="21", fund="youth", message="Gaidu")
    with live.stripe_is_away(kind="drop" if visitor.has_script else "error"):
        visitor.send()
        notice = page.locator(".notice.warn")
        expect(notice).to_contain_text(words.not_started)
        expect(page).to_have_title(re.compile(f"^{words.error}"))
        if visitor.has_script:
            expect(notice).to_be_focused()
        assert visitor.value("email") == visitor.email
        assert visitor.value("amount_other") == "21"
        assert visitor.value("fund") == "youth"
        assert visitor.value("message") == "Gaidu"
        notice.get_by_role("link").click()
        expect(page.locator("#bank-transfer #bank-iban")).to_be_in_viewport()
    # Loading the answer again sends the form again.
    page.reload()
    visitor.arrive_at_checkout()
    assert len(live.attempts_of(visitor.email)) == 1
    visitor.pay(CARD)
    visitor.see(words.paid)


@as_each(*TWO)
def test_paid_while_nobody_can_ask(visitor: Visitor, live: LiveSite) -> None:
    session = start(visitor)
    live.control("delivery", auto=False)
    try:
        live.control("pay", session=session)
        with live.stripe_is_away("GET"):
            visitor.open(live.thanks(session, visitor.words.language))
            expect(visitor.page.locator("h1")).not_to_have_text(visitor.words.open)
            expect(visitor.page.locator("main form, main a.donate")).to_have_count(0)
        visitor.page.reload()
        visitor.see(visitor.words.paid)
    finally:
        live.control("delivery", auto=True)
    live.mail_to(visitor.email)

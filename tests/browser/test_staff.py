"""Staff at work in the admin: finance with gifts, communications with pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from home.demo.staff import DEMO_STAFF
from tests.browser.live_site import LiveSite, new_address
from tests.browser.visitors import DESK, Kind, Visitor

pytestmark = pytest.mark.browser

# What the editor of each type is called.
EDITORS = {
    "HomePage": "Sākumlapa",
    "StandardPage": "Standarta lapa",
    "DonationPage": "Ziedošanas lapa",
    "ProjectPage": "Projekts",
    "ArticlePage": "Ziņa",
}
GIVING = ("donations", "donors", "receipts", "events", "funds")


@pytest.fixture
def sign_in(visit: Callable[..., Visitor]) -> Callable[[str], Page]:
    """The admin as one of the demonstration's staff sees it."""

    def enter(username: str) -> Page:
        (member,) = [member for member in DEMO_STAFF if member.username == username]
        page = visit(Kind("lv", True, DESK), signs_in=True).page
        page.goto("/admin/")
        page.fill("[name=username]", member.username)
        page.fill("[name=password]", member.password)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return enter


def test_finance_finds_a_gift_and_refunds_it(
    sign_in: Callable[[str], Page], live: LiveSite
) -> None:
    address = new_address()
    live.give("lv", email=address, name="Zigrīda Zvirbule", amount="40")
    (message,) = live.mail_to(address)
    (attachment,) = message.iter_attachments()
    page = sign_in("finanses")
    page.get_by_role("button", name="Ziedošana").click()
    page.get_by_role("link", name="Ziedojumi", exact=True).click()
    page.wait_for_url("**/admin/giving/donations/")
    page.goto(f"/admin/giving/donations/?q={address}")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.locator("main tbody").get_by_role("link", name="Zigrīda Zvirbule").click()
    expect(page.locator("main")).to_contain_text("Saņemts")

    with page.expect_download() as waiting:
        page.locator("main").get_by_role("link", name=re.compile("^PDF")).click()
    assert waiting.value.path().read_bytes() == attachment.get_content()

    page.get_by_role("link", name="Atmaksāt…").click()
    expect(page.locator("main")).to_contain_text("Zigrīda Zvirbule")
    assert page.input_value("[name=amount_cents]") == "40"
    page.get_by_role("button", name="Atmaksāt").click()
    page.wait_for_url(re.compile(r"/admin/giving/donations/\d+/$"))
    expect(page.locator(".messages")).to_contain_text("40,00")
    expect(page.locator("main")).to_contain_text("Atmaksāts")
    expect(page.locator("main")).to_contain_text("Anulēšana")
    assert len(live.mail_to(address, 2)) == 2
    # Asking again for what is gone leads back.
    refund = page.url + "refund/"
    page.goto(refund)
    assert page.url != refund


def test_communications_reach_pages_but_not_gifts(
    sign_in: Callable[[str], Page], live: LiveSite
) -> None:
    live.give()
    page = sign_in("komunikacija")
    expect(page.get_by_role("button", name="Lapas")).to_be_visible()
    expect(page.get_by_role("button", name="Ziedošana")).to_have_count(0)
    for name in GIVING:
        page.goto(f"/admin/giving/{name}/")
        assert page.url == f"{live.address}/admin/"
        response = page.goto(f"/admin/giving/{name}/1/")
        assert response
        assert page.url == f"{live.address}/admin/" or response.status == 404


def test_editors_open(sign_in: Callable[[str], Page], live: LiveSite) -> None:
    """Wagtail's editor for pages of several types, wagtail-localize's for their translations; that
    nothing breaks the security policy shows in the console, which every visitor watches."""
    page = sign_in("komunikacija")
    for kind, title in EDITORS.items():
        page.goto(f"/admin/pages/{live.number_of_page(kind, 'lv')}/edit/")
        expect(page).to_have_title(re.compile(f"^Labo {title}: "))
        expect(page.locator("[name=title]")).to_have_value(re.compile("."))
        page.goto(f"/admin/pages/{live.number_of_page(kind, 'en')}/edit/")
        expect(page).to_have_title(re.compile("tulkojums"))
        expect(page.get_by_role("button", name="Labot").first).to_be_visible()

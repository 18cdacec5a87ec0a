"""Staff at work in the admin: finance with gifts, communications with pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from home.demo.staff import DEMO_STAFF
from tests.browser.live_site import LiveSite, new_address
from tests.browser.visitors import DESK, Kind, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

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
    page.get_by_role("link", name="Ziedojumi").click()
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


def test_editors_open(sign_in: Callable[[str], Page]) -> None:
    """Every type of page in Wagtail's editor, and its translation in wagtail-localize's; that
    nothing breaks the security policy shows in the console, which every visitor watches."""
    page = sign_in("komunikacija")
    types = set()
    for language in ("lv", "en"):
        # All pages of the language, the newest first: donation page, standard pages, home page.
        page.goto(f"/admin/pages/1/?locale={language}")
        links = page.locator("main tbody a[href*='/edit/']").all()
        addresses = list(dict.fromkeys(str(link.get_attribute("href")) for link in links))
        for address in (addresses[0], addresses[1], addresses[-1]):
            page.goto(address)
            if language == "en":
                expect(page).to_have_title(re.compile("tulkojums"))
                expect(page.get_by_role("button", name="Labot").first).to_be_visible()
            else:
                expect(page.locator("[name=title]")).to_have_value(re.compile("."))
                types.add(re.sub("^Labo |:.*", "", page.title()))
    assert types == {"Ziedošanas lapa", "Standarta lapa", "Sākumlapa"}

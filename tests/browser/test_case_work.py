"""Files, e-mails and the person's wishes on the case page, in a browser, by staff and by a lead."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_site import LiveSite
from tests.browser.test_cases import NAME, examine, send_enquiry
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture
from tests.browser.visitors import PHONE, Kind, Visitor
from tests.fostering.test_case_files import PDF

pytestmark = pytest.mark.browser


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def open_case(page: Page, reference: str) -> None:
    page.goto("/admin/fostering/cases/")
    page.get_by_role("link", name=reference).click()
    expect(page.locator("main h2").first).to_have_text(NAME)


def test_files_mails_copy_and_erasure(
    visit: Callable[..., Visitor],
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    person = visit(Kind("lv", False, PHONE), signs_in=True)
    reference = send_enquiry(person)
    page = sign_in("piesaiste")
    open_case(page, reference)
    case = page.url

    # A file: refused by what is in it, then taken, and handed out as it was.
    page.locator("a[href$='/files/add/']").click()
    examine(page)
    upload = page.locator("[name=file]")
    upload.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"<html>"})
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .error-message")).to_contain_text("PDF, JPEG, PNG")
    examine(page)
    upload.set_input_files(
        {"name": "izziņa.pdf", "mimeType": "application/pdf", "buffer": PDF + b"x" * 3_000_000}
    )
    page.locator("main form button[type=submit]").click()
    link = page.get_by_role("link", name="izziņa.pdf", exact=True)
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "izziņa.pdf"
    assert downloading.value.path().read_bytes() == PDF + b"x" * 3_000_000
    page.reload()

    # An e-mail: from a template, changed, looked at, sent.
    page.locator("a[href$='/email/']").click()
    examine(page)
    page.locator("[name=template]").select_option(index=1)
    page.locator("form[method=get] button[type=submit]").click()
    expect(page.locator("[name=body]")).to_have_value(re.compile(NAME))
    page.locator("[name=body]").fill(f"Labdien, {NAME}!\n\nGaidām Jūs rīt.")
    page.locator("[name=look]").click()
    expect(page.locator(".giving-pre")).to_contain_text("Gaidām Jūs rīt.")
    examine(page)
    page.locator("[name=send]").dblclick()
    expect(page.locator("main h2").first).to_have_text(NAME)
    (message,) = [one for one in live.mail_to(person.email, 2) if "rīt" in text_of(one)]
    assert message["Reply-To"] == "airi.valmiera@example.org"
    page.goto(case)
    page.locator("td details summary").click()
    expect(page.locator("td details")).to_contain_text("Gaidām Jūs rīt.")
    examine(page)
    # The wishes of the person are the lead's to fulfil.
    expect(page.locator("a[href$='/erase/']")).to_have_count(0)

    lead = sign_in("vaditaja")
    lead.goto(case)
    lead.locator("a[href*='/files/'][href$='/delete/']").click()
    examine(lead)
    lead.goto(case)
    lead.locator("a[href$='/copy/']").click()
    examine(lead)
    with lead.expect_download() as downloading:
        lead.locator("main form button[type=submit]").click()
    assert downloading.value.suggested_filename == f"{reference}.zip"
    lead.goto(case)
    lead.locator("a[href$='/erase/']").click()
    examine(lead)
    lead.locator("main form button[type=submit]").click()
    lead.wait_for_url(case)
    expect(lead.locator("main")).not_to_contain_text(NAME)
    expect(lead.locator("main")).not_to_contain_text("izziņa")
    examine(lead)

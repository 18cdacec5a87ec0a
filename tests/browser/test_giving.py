"""From the first page to the receipt in the mailbox, and its check afterwards."""

import io
import re
from email.message import EmailMessage
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.kinds import FOUR, TWO, as_each
from tests.browser.live_site import LiveSite
from tests.browser.visitors import Visitor
from tests.giving import FORM

pytestmark = pytest.mark.browser

# The check digit fits; the bearer is invented.
PERSONAL_CODE = "161175-19997"

# A monthly gift exactly as the browser sends the form, in either language. FORM, which tests
# without a browser send, is part of it.
MONTHLY_FORM = FORM | {
    "frequency": "monthly",
    "monthly_amount": "10",
    "monthly_amount_other": "",
    "yearly_amount": "120",
    "yearly_amount_other": "",
    "employer": "",
    "receipts": "each",
    "tribute_kind": "",
    "tribute_name": "",
    "tribute_email": "",
    "tribute_message": "",
}


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def parts(message: EmailMessage) -> tuple[str, str, bytes]:
    """Plain text, HTML and the one attachment."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    (attachment,) = message.iter_attachments()
    assert plain
    assert html
    assert attachment.get_content_type() == "application/pdf"
    return plain.get_content(), html.get_content(), attachment.get_content()


def download(visitor: Visitor) -> bytes:
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name=visitor.words.download).click()
    return waiting.value.path().read_bytes()


def number_on(visitor: Visitor) -> str:
    """The receipt's number as the thank-you page shows it."""
    return visitor.page.locator(".receipt .figure").inner_text()


@as_each(*FOUR)
def test_from_home_page_to_checked_receipt(visitor: Visitor, live: LiveSite) -> None:
    page, words = visitor.page, visitor.words
    is_latvian = words.language == "lv"
    visitor.open(words.home)
    page.get_by_role("banner").get_by_role("link", name=words.donate).click()
    page.wait_for_url(f"**{words.form}")
    if is_latvian:
        visitor.fill_form(amount_other="12,50")
        shown, on_paper = "12,50 €", "12,50"
    else:
        visitor.fill_form(amount="50")
        shown, on_paper = "€50", "50.00"
    visitor.fill_as_person(fund="newborn", message="Paldies!")
    if visitor.has_script:
        assert shown in page.locator(".sum").inner_text().replace("\xa0", " ")
        button = page.locator("form.donation .button.donate").inner_text()
        assert shown in button.replace("\xa0", " ")
    visitor.send()
    session = visitor.arrive_at_checkout()
    assert page.input_value("#email") == visitor.email
    visitor.pay()

    visitor.see(words.paid)
    expect(page.locator(".big-sum")).to_have_text(shown.replace(" ", "\xa0"))
    assert visitor.address == live.thanks(session, words.language)
    number = number_on(visitor)
    pdf = download(visitor)
    printed = text_of(pdf)
    for expected in (number, on_paper, "Anna Bērziņa"):
        assert expected in printed

    (message,) = live.mail_to(visitor.email)
    plain, html, attached = parts(message)
    assert message["Subject"] == words.receipt_mail + number
    assert f'lang="{words.language}"' in html
    assert attached == pdf
    assert str(PdfReader(io.BytesIO(pdf)).root_object["/Lang"]).startswith(words.language)

    (link,) = re.findall(rf"{live.address}\S+", plain)
    visitor.open(link)
    expect(page.locator("main h2").first).to_have_text(words.valid)
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).not_to_contain_text("Anna")

    # In Latvian all of it goes back, in English a part.
    live.control("refund", payment=session, **({} if is_latvian else {"amount": 2000}))
    _first, second = live.mail_to(visitor.email, 2)
    subject = words.annulment_mail if is_latvian else words.amendment_mail
    assert str(second["Subject"]).startswith(subject)
    assert number in text_of(parts(second)[2])
    page.reload()
    gone = words.annulled if is_latvian else words.replaced
    expect(page.locator("main h2").first).to_have_text(gone)
    visitor.open(live.thanks(session, words.language))
    assert download(visitor) == pdf
    assert len(live.mail_to(visitor.email)) == 2


@as_each(*TWO)
def test_company(visitor: Visitor, live: LiveSite) -> None:
    page, words = visitor.page, visitor.words
    visitor.open(words.form)
    expect(page.locator("#id_registration_number")).to_be_hidden()
    visitor.fill_form(donor_type="company")
    expect(page.locator("#id_wants_tax_receipt")).to_be_hidden()
    visitor.fill_form(
        amount="100",
        company_name="SIA „Zīle”",
        registration_number="40003032949",
        email=visitor.email,
    )
    visitor.send()
    visitor.arrive_at_checkout()
    visitor.pay()
    visitor.see(words.paid)
    printed = text_of(parts(live.mail_to(visitor.email)[0])[2])
    assert "SIA „Zīle”" in printed
    assert "40003032949" in printed


@as_each(*TWO)
def test_tax_receipt_names_the_personal_code_and_nothing_else_does(
    visitor: Visitor, live: LiveSite
) -> None:
    page, words = visitor.page, visitor.words
    visitor.open(words.form)
    expect(page.locator("#id_personal_code")).to_be_hidden()
    visitor.fill_as_person(wants_tax_receipt=True)
    expect(page.locator("#id_personal_code")).to_be_visible()
    # Without the hyphen; the receipt has it.
    visitor.fill_form(personal_code=PERSONAL_CODE.replace("-", ""))
    visitor.send()
    visitor.arrive_at_checkout()
    checkout = page.content()
    visitor.pay()
    visitor.see(words.paid)
    thanks = page.content()
    (message,) = live.mail_to(visitor.email)
    plain, html, pdf = parts(message)
    assert PERSONAL_CODE in text_of(pdf)
    visitor.open(re.findall(rf"{live.address}\S+", plain)[0])
    tail = PERSONAL_CODE.rpartition("-")[2]
    everywhere = (checkout, thanks, plain, html, page.content(), live.everything_stripe_was_told())
    assert not [text for text in everywhere if tail in text]


@as_each(*TWO)
def test_a_monthly_gift_begins(visitor: Visitor, live: LiveSite) -> None:
    """Chosen on the form, paid at the checkout, welcomed and receipted at once. What comes of it in
    two years is told by tests/donations/test_year_of_a_donor.py, which begins in a browser too."""
    page, words = visitor.page, visitor.words
    visitor.open(words.form)
    visitor.fill_form(frequency="monthly", monthly_amount="10")
    visitor.fill_as_person()
    if visitor.has_script:
        expect(page.locator("[name=amount]").first).to_be_hidden()
        expect(page.locator("form.donation .button.donate")).to_contain_text("10")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        visitor.send()
    fields = dict(parse_qsl(sent.value.post_data or "", keep_blank_values=True))
    assert fields == MONTHLY_FORM | {"email": visitor.email}
    visitor.arrive_at_checkout()
    expect(page.locator(".sum")).to_contain_text("10")
    visitor.pay()

    visitor.see(
        {"lv": "Paldies, ka paliekat blakus!", "en": "Thank you for staying at their side!"}[
            words.language
        ]
    )
    expect(page.locator(".big-sum")).to_contain_text("10")
    own_page = {"lv": "/mani-ziedojumi/", "en": "/en/my-giving/"}[words.language]
    expect(page.locator(f'main a[href^="{own_page}"]').first).to_be_visible()
    messages = live.mail_to(visitor.email, 2)
    receipts = [part for message in messages for part in message.iter_attachments()]
    assert [receipt.get_content_type() for receipt in receipts] == ["application/pdf"]
    assert number_on(visitor) in text_of(receipts[0].get_content())

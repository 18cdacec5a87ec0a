"""People in front of a browser, and the words that they read."""

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from tests.browser.live_site import new_address, new_network_address

CARD = "4242 4242 4242 4242"
PHONE, DESK = 390, 1280
# Milliseconds. Long, for machines that are busy with other tests.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Words:
    """What the site says in one language, as far as the tests look at it."""

    language: str
    home: str
    form: str
    donate: str
    menu: str
    skip: str
    error: str
    paid: str
    processing: str
    failed: str
    open: str
    expired: str
    back_to_gift: str
    start_again: str
    download: str
    valid: str
    annulled: str
    replaced: str
    receipt_mail: str
    annulment_mail: str
    amendment_mail: str
    copied: str
    lost: str
    not_started: str
    check_code: str


LATVIAN = Words(
    language="lv",
    home="/",
    form="/ziedot/",
    donate="Ziedot",
    menu="Izvēlne",
    skip="Pāriet uz saturu",
    error="Kļūda: ",
    paid="Paldies, ka esat blakus!",
    processing="Paldies! Maksājums ir ceļā",
    failed="Maksājums neizdevās",
    open="Ziedojums vēl nav pabeigts",
    expired="Šī maksājuma saite vairs nav derīga",
    back_to_gift="Atgriezties pie ziedojuma",
    start_again="Sākt no jauna",
    download="Lejupielādēt apliecinājumu (PDF)",
    valid="Dokuments ir īsts un derīgs",
    annulled="Dokuments ir anulēts",
    replaced="Dokuments ir aizstāts ar jaunāku",
    receipt_mail="Paldies! Jūsu apliecinājums Nr. ",
    annulment_mail="Jūsu apliecinājuma anulēšana Nr. ",
    amendment_mail="Jūsu apliecinājuma grozījums Nr. ",
    copied="Nokopēts",
    lost="Putniņš apmaldījies mākoņos",
    not_started="Maksājums nav sākts",
    check_code="Lūdzu, vēlreiz pārbaudiet personas kodu.",
)
ENGLISH = Words(
    language="en",
    home="/en/",
    form="/en/donate/",
    donate="Donate",
    menu="Menu",
    skip="Skip to content",
    error="Error: ",
    paid="Thank you for being there!",
    processing="Thank you! Your payment is on its way",
    failed="The payment did not succeed",
    open="Your gift is not finished",
    expired="This payment link is no longer valid",
    back_to_gift="Back to my gift",
    start_again="Start again",
    download="Download the receipt (PDF)",
    valid="The document is genuine and valid",
    annulled="The document was annulled",
    replaced="The document was replaced by a newer one",
    receipt_mail="Thank you! Your receipt No. ",
    annulment_mail="Annulment No. ",
    amendment_mail="Your amended receipt No. ",
    copied="Copied",
    lost="The little bird got lost in the clouds",
    not_started="The payment has not started",
    check_code="Please look at this code once more.",
)
WORDS = {"lv": LATVIAN, "en": ENGLISH}


@dataclass(frozen=True)
class Kind:
    """What sort of visitor: language, script or none, width of the window in pixels."""

    language: str
    has_script: bool = True
    width: int = DESK

    def __str__(self) -> str:
        return f"{self.language}-{'script' if self.has_script else 'plain'}-{self.width}"


class Site(Protocol):
    """What a visitor has to know of a site and its stand-in for Stripe."""

    @property
    def address(self) -> str: ...

    @property
    def stripe(self) -> str: ...

    def said(self) -> str:
        """What their programs printed."""


class Visitor:
    """One person with a browser of their own, that notices what must not happen."""

    def __init__(
        self,
        live: Site,
        chromium: Browser,
        kind: Kind,
        *,
        signs_in: bool = False,
        **options: Any,
    ) -> None:
        self.live = live
        self.signs_in = signs_in
        self.words = WORDS[kind.language]
        self.has_script = kind.has_script
        self.email = new_address()
        self.complaints: list[str] = []
        settings: dict[str, Any] = {
            "base_url": live.address,
            "locale": {"lv": "lv-LV", "en": "en-GB"}[kind.language],
            "timezone_id": "Europe/Riga",
            "java_script_enabled": kind.has_script,
            # At the desk pages fade into each other, on the phone they need not.
            "reduced_motion": "no-preference" if kind.width >= DESK else "reduce",
            "viewport": {"width": kind.width, "height": 844 if kind.width < 600 else 900},
            "extra_http_headers": {"X-Forwarded-For": new_network_address()},
        }
        self.context = chromium.new_context(**settings | options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", self._see)
        self.context.on("response", self._check)
        self.page: Page = self.context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser also notes each page with a status from 400; the tests look at those.
        is_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type in {"error", "warning"} and not is_status:
            self.complaints.append(f"console: {message.text} ({message.page and message.page.url})")

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        ours = {urlsplit(self.live.address).netloc, urlsplit(self.live.stripe).netloc}
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in ours:
            self.complaints.append(f"request to another host: {request.url}")

    def _check(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status == 500:
            self.complaints.append(f"500 {response.url}\n{self.live.said()}")
        elif response.status >= 400 and not is_page:
            self.complaints.append(f"{response.status} {response.url}")

    def leave(self) -> None:
        """Close the browser and complain about what was noticed."""
        cookies = self.context.cookies()
        self.context.close()
        assert self.complaints == [], "\n".join(self.complaints)
        assert self.signs_in or cookies == []

    # What people do -----------------------------------------------------------------------------

    def open(self, path: str) -> None:
        self.page.goto(path)

    @property
    def address(self) -> str:
        """Of the page that is open: what may be written into logs and histories."""
        return self.page.url

    def see(self, heading: str) -> None:
        """The page's own heading is this."""
        try:
            expect(self.page.locator("h1")).to_have_text(heading, timeout=PATIENCE)
        except AssertionError as error:
            for complaint in self.complaints:
                error.add_note(complaint)
            raise

    def fill_form(self, **fields: str | bool) -> None:
        """Fill the donation form by the names of its fields; what is not named stays."""
        form = self.page.locator("form.donation")
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]')
            if isinstance(value, bool):
                field.set_checked(value)
            elif field.first.get_attribute("type") == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def fill_as_person(self, **fields: str | bool) -> None:
        self.fill_form(**{"name": "Anna Bērziņa", "email": self.email} | fields)

    def send(self) -> None:
        self.page.locator("form.donation .button.donate").click()

    def arrive_at_checkout(self) -> str:
        """Wait for the stand-in's page; return the checkout's id."""
        self.page.wait_for_url(f"{self.live.stripe}/c/pay/*")
        return self.page.url.rpartition("/")[2]

    def pay(self, number: str = CARD) -> None:
        """Fill in the checkout and press its button."""
        self.page.fill("#name", "Anna Bērziņa")
        self.page.fill("#number", number)
        self.page.fill("#expiry", "12 / 40")
        self.page.fill("#cvc", "123")
        self.page.click("button[type=submit]")

    def value(self, name: str) -> str:
        """What stands in the form: typed, or chosen."""
        field = self.page.locator(f'form.donation [name="{name}"]')
        if field.first.get_attribute("type") == "radio":
            chosen = self.page.locator(f'form.donation [name="{name}"]:checked')
            return str(chosen.get_attribute("value")) if chosen.count() else ""
        return field.input_value()

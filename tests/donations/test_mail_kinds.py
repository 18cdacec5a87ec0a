"""Each kind of message says what it is about, as text and as HTML, in both languages."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from donations.emails import compose
from donations.models import OutgoingMail, Pledge, Statement, TransferIntention, Tribute
from donations.templatetags import giving_tags
from sosbca.core.models import OrganisationSettings
from tests.factories import CheckoutAttemptFactory, DonorFactory, FundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

Kind = OutgoingMail.Kind
LANGUAGES = ("lv", "en")
TERMS = {
    "before": {
        "amount_cents": 1000,
        "frequency": "monthly",
        "method": "card 4242",
        "paused": "",
        "ends": "",
        "next_payment": "",
    },
    "after": {
        "amount_cents": 1550,
        "frequency": "yearly",
        "method": "sepa_debit 3000",
        "paused": "2026-05-01",
        "ends": "2026-12-31",
        "next_payment": "2026-03-15",
    },
}
FAILURE = {
    "amount_cents": 1000,
    "pay_url": "https://invoice.stripe.test/in_1",
    "next_try": "2026-03-15",
    "try": 1,
}
FACTS: dict[str, dict[str, Any]] = {
    Kind.PLEDGE_CHANGED: TERMS,
    Kind.WISH_REFUSED: {"action": "terms", "amount_cents": 1550, "frequency": "yearly", "day": ""},
    Kind.PAYMENT_FAILED: FAILURE,
    Kind.CONFIRMATION_NEEDED: FAILURE,
    Kind.PLEDGE_ENDED: {"reason": "wish"},
    Kind.ACCESS: {"url": "http://testserver/open/key/", "minutes": 30},
    Kind.NEW_ADDRESS: {"url": "http://testserver/open/key/", "minutes": 30},
    Kind.DETAILS_CHANGED: {"what": ["email", "postal_address"]},
    Kind.ERASED: {"kept_until": "2032-03-31"},
}
# What must stand in text and HTML: alike in both languages, and in each of them.
SAID: dict[str, tuple[str, ...]] = {
    Kind.PLEDGE_STARTED: ("4242", "my-giving"),
    Kind.PLEDGE_CHANGED: ("3000", "my-giving"),
    Kind.WISH_REFUSED: ("my-giving",),
    Kind.PAYMENT_FAILED: ("https://invoice.stripe.test/in_1", "my-giving"),
    Kind.CONFIRMATION_NEEDED: ("https://invoice.stripe.test/in_1", "my-giving"),
    Kind.PLEDGE_ENDED: ("my-giving",),
    Kind.ACCESS: ("http://testserver/open/key/", "30"),
    Kind.NEW_ADDRESS: ("http://testserver/open/key/", "30"),
    Kind.DETAILS_CHANGED: ("my-giving",),
    Kind.ERASED: (),
    Kind.TRANSFER: ("RF18539007547034", "LV", "my-payee"),
    Kind.STATEMENT: ("my-document", "my-giving"),
    Kind.TRIBUTE: ("Vecmāmiņa Milda", "Paldies par visu.", "Anna Bērziņa"),
}
KINDS = tuple(SAID)
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "lv": {
        Kind.PLEDGE_STARTED: ("10\xa0€", "2026. gada 15. marts"),
        Kind.PLEDGE_CHANGED: (
            "15,50\xa0€",
            "10\xa0€",
            "2026. gada 1. maijs",
            "2026. gada 31. decembris",
            "2026. gada 15. marts",
        ),
        Kind.WISH_REFUSED: ("15,50\xa0€", "10\xa0€"),
        Kind.PAYMENT_FAILED: ("10,00\xa0€", "2026. gada 15. marts"),
        Kind.CONFIRMATION_NEEDED: ("10,00\xa0€", "2026. gada 15. marts"),
        Kind.PLEDGE_ENDED: ("10\xa0€",),
        Kind.ERASED: ("2032. gada 31. marts",),
        Kind.TRANSFER: ("25,00\xa0€", "Kur visvairāk vajadzīgs"),
        Kind.STATEMENT: ("120,00\xa0€", "2026. gada 12. janvāris"),
    },
    "en": {
        Kind.PLEDGE_STARTED: ("€10", "15 March 2026"),
        Kind.PLEDGE_CHANGED: (
            "€15.50",
            "€10",
            "1 May 2026",
            "31 December 2026",
            "15 March 2026",
        ),
        Kind.WISH_REFUSED: ("€15.50", "€10"),
        Kind.PAYMENT_FAILED: ("€10.00", "15 March 2026"),
        Kind.CONFIRMATION_NEEDED: ("€10.00", "15 March 2026"),
        Kind.PLEDGE_ENDED: ("€10",),
        Kind.ERASED: ("31 March 2032",),
        Kind.TRANSFER: ("€25.00", "Where it is needed most"),
        Kind.STATEMENT: ("€120.00", "12 January 2026"),
    },
}


def subject_of(kind: str) -> dict[str, Any]:
    """The record that a message of this kind is about."""
    donor = DonorFactory.create(name="Anna Bērziņa")
    fund = FundFactory.create()
    attempt = CheckoutAttemptFactory.create(donor=donor, fund=fund, frequency="monthly")
    match kind:
        case Kind.ACCESS | Kind.NEW_ADDRESS | Kind.DETAILS_CHANGED | Kind.ERASED:
            return {"donor": donor}
        case Kind.STATEMENT:
            statement = Statement.objects.create(
                donor=donor,
                number="G-2025-000001-1",
                year=2025,
                language="lv",
                total_cents=12000,
                gifts=12,
                issued_on=date(2026, 1, 12),
                digest="0" * 64,
                snapshot="{}",
            )
            return {"statement": statement}
        case Kind.TRANSFER:
            intention = TransferIntention.objects.create(
                donor=donor,
                fund=fund,
                amount_cents=2500,
                reference="RF18539007547034",
                language="lv",
                address_digest="0" * 64,
            )
            return {"transfer": intention}
        case Kind.TRIBUTE:
            Tribute.objects.create(
                attempt=attempt,
                kind="memory",
                honoree="Vecmāmiņa Milda",
                message="Paldies par visu.",
                recipient_email="milda@example.org",
            )
            return {"attempt": attempt}
    pledge = Pledge.objects.create(
        attempt=attempt,
        donor=donor,
        fund=fund,
        amount_cents=1000,
        frequency="monthly",
        language="lv",
        subscription_reference="sub_1",
        customer_reference="cus_1",
        status="active",
        payment_method="card",
        method_ending="4242",
        started_at=datetime(2026, 2, 15, 12, tzinfo=UTC),
        next_payment_at=datetime(2026, 3, 15, 12, tzinfo=UTC),
    )
    return {"pledge": pledge}


def messages(kind: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """One message as it is in each language."""
    facts = FACTS.get(kind, {}) if facts is None else facts
    subject = subject_of(kind)
    composed = {}
    for language in LANGUAGES:
        mail = OutgoingMail(
            kind=kind,
            message_id="<1@testserver>",
            recipient="milda@example.org" if kind == Kind.TRIBUTE else "",
            facts=json.dumps(facts | {"language": language}),
            **subject,
        )
        composed[language] = compose(mail, {})
    return composed


def parts(message: Any) -> tuple[str, str]:
    return message.body, str(message.alternatives[0].content)


def meant(expected: str, language: str) -> str:
    if expected == "my-payee":
        return OrganisationSettings.current().payee_name
    if expected == "my-document":
        return Statement.objects.get().reference
    if expected == "my-giving":
        with translation.override(language):
            return f"http://testserver{reverse('donations:my-giving')}"
    return expected


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_hold_the_facts(kind: str) -> None:
    for language, message in messages(kind).items():
        text, html = parts(message)
        assert message.subject
        assert f'<html lang="{language}">' in html
        for expected in (*SAID[kind], *WORDS[language].get(kind, ())):
            assert meant(expected, language) in text
            assert meant(expected, language) in html
        for part in (message.subject, text, html):
            assert not re.search(r"None|\{\{|\{%|%\(|href=\"\"", part)
        # No label with nothing behind it, no gap, nothing escaped for HTML.
        assert not re.search(r": *<br>(?!<em>)|: </p>", html)
        assert not re.search(r":\s*\n\n", text)
        assert not re.search(r"\n{3}|&\w+;|&#", text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_left_in_the_other_language(kind: str) -> None:
    latvian, english = (sentences(message) for message in messages(kind).values())
    assert english
    assert latvian.isdisjoint(english)


def sentences(message: Any) -> set[str]:
    """The lines that are words of ours: no names, no references, no addresses."""
    lines = {line.strip() for line in parts(message)[0].partition("\n-- \n")[0].splitlines()}
    return {line for line in lines if " " in line and not re.search(r"\d|http|Paldies par", line)}


@pytest.mark.parametrize("reason", Pledge.EndReason.values)
def test_end_of_a_pledge_says_why_and_how_to_begin_again(reason: str) -> None:
    for message in messages(Kind.PLEDGE_ENDED, {"reason": reason}).values():
        for part in parts(message):
            begin_again = "http://testserver/ziedot/" in part
            assert begin_again == (reason != Pledge.EndReason.WISH)
    bodies = {messages_of["en"].body for messages_of in _endings()}
    assert len(bodies) == len(Pledge.EndReason.values)


def _endings() -> list[dict[str, Any]]:
    Pledge.objects.all().delete()
    composed = []
    for reason in Pledge.EndReason.values:
        composed.append(messages(Kind.PLEDGE_ENDED, {"reason": reason}))
        Pledge.objects.all().delete()
    return composed


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"action": "pause", "day": "2026-05-01"}, "Your wish: Pause (until: 1 May 2026)"),
        ({"action": "resume"}, "Your wish: Go on giving"),
        ({"action": "cancel"}, "Your wish: End this gift"),
        (
            {"action": "terms", "amount_cents": 500, "frequency": "monthly", "day": "2026-05-01"},
            "Your wish: €5 every month (Next payment: 1 May 2026)",
        ),
    ],
)
def test_a_refused_wish_is_named(facts: dict[str, Any], said: str) -> None:
    for part in parts(messages(Kind.WISH_REFUSED, facts)["en"]):
        assert said in part


def test_last_failure_promises_no_further_try() -> None:
    facts = FAILURE | {"next_try": "", "pay_url": ""}
    for message in messages(Kind.PAYMENT_FAILED, facts).values():
        for part in parts(message):
            assert "2026" not in part
            assert "invoice.stripe" not in part


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"paused": ""}, "The pause is over: your gift goes on"),
        ({"ends": ""}, "It no longer has an end: your gift goes on"),
        ({"method": ""}, "Paid with: –"),
    ],
)
def test_change_that_takes_something_back(after: dict[str, str], said: str) -> None:
    facts = {"before": dict.fromkeys(after, "2026-05-01"), "after": after}
    for part in parts(messages(Kind.PLEDGE_CHANGED, facts)["en"]):
        assert said in part
        assert "2026" not in part


def test_honour_and_memory_have_words_of_their_own() -> None:
    attempt = subject_of(Kind.TRIBUTE)["attempt"]
    subjects = []
    for kind in Tribute.Kind.values:
        Tribute.objects.filter(attempt=attempt).update(kind=kind)
        attempt.refresh_from_db()
        mail = OutgoingMail(kind=Kind.TRIBUTE, recipient="milda@example.org", attempt=attempt)
        message: Any = compose(mail, {})
        assert message.to == ["milda@example.org"]
        subjects.append(message.subject)
        for part in parts(message):
            assert "€" not in part, "how much was given is nobody else's business"
    assert len(set(subjects)) == 2


def test_what_people_typed_is_text_and_no_markup() -> None:
    attempt = subject_of(Kind.TRIBUTE)["attempt"]
    attempt.tribute.honoree = "<b>Milda</b> & Jānis"
    attempt.tribute.save()
    mail = OutgoingMail(kind=Kind.TRIBUTE, recipient="milda@example.org", attempt=attempt)
    message: Any = compose(mail, {})
    text, html = parts(message)
    assert "<b>Milda</b> & Jānis" in text
    assert "<b>Milda</b> & Jānis" in message.subject
    assert "&lt;b&gt;Milda&lt;/b&gt; &amp; Jānis" in html


def test_names_of_what_was_changed() -> None:
    with translation.override("en"):
        assert giving_tags.detail_names("email, name,unknown") == ["e-mail address", "name"]
        assert giving_tags.detail_names(None) == []
        assert giving_tags.per(1050, "yearly") == "€10.50 every year"
        assert giving_tags.per(1000, "once") == "€10"
        assert giving_tags.method_name("card") == "Payment card"
        assert giving_tags.iso_date("") == ""

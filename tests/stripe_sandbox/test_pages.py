"""What a payer sees, and that nobody can smuggle anything into it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from stripe_sandbox import METHODS, Sandbox
from tests.stripe_sandbox.helpers import donation, pledge, price
from tests.stripe_sandbox.in_process import call_wsgi, client_for

FORM = {"email": "anna@example.org", "name": "Anna", "number": "4242424242424242"}
CARD = FORM | {"expiry": "12/34", "cvc": "123"}


def get(sandbox: Sandbox, url: str) -> tuple[int, str]:
    status, headers, body = call_wsgi(sandbox.wsgi, "GET", _path(url))
    assert "script" not in headers.get("content-security-policy", "script")
    return status, body.decode()


def post(sandbox: Sandbox, url: str, form: dict[str, str]) -> tuple[int, dict[str, str], str]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(form).encode()
    status, headers, answer = call_wsgi(sandbox.wsgi, "POST", _path(url), body, kind)
    return status, headers, answer.decode()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_the_checkout_page_says_what_it_is(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(123456))
    status, page = get(sandbox, session.url)
    assert status == 200
    for expected in (
        '<html lang="lv">',
        "nav Stripe",
        "1\u00a0234,56\u00a0€",
        "Ziedojums",
        "Ciemati",
        "https://example.org/give",
        *(method.grouped for method in METHODS.values()),
    ):
        assert expected in unescape(page), expected
    assert "<script" not in page


def test_in_english(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(123456, locale="auto"))
    _, page = get(sandbox, session.url)
    assert '<html lang="en">' in page
    assert "€1,234.56" in page
    assert "no money moves" in page


def test_paying_with_the_form(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    status, headers, _ = post(sandbox, session.url, CARD)
    assert status == 303
    assert headers["location"] == f"https://example.org/thanks?s={session.id}"
    paid = sandbox.get(session.id)
    assert (paid["payment_status"], paid["customer_details"]["name"]) == ("paid", "Anna")
    _, page = get(sandbox, session.url)
    assert "pabeigts" in page
    assert post(sandbox, session.url, CARD)[0] == 200
    assert sandbox.store.count("charge") == 1


def test_a_chosen_test_payment_counts_instead_of_the_number(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    assert post(sandbox, session.url, FORM | {"number": "", "preset": "sepa"})[0] == 303
    assert sandbox.get(session.id)["payment_status"] == "unpaid"


@pytest.mark.parametrize(
    "change",
    [
        {"email": "anna"},
        {"name": " "},
        {"number": "4111111111111111"},
        {"expiry": "01/20"},
        {"expiry": "13/34"},
        {"cvc": ""},
    ],
)
def test_a_mistake_in_the_form(client: Any, sandbox: Sandbox, change: dict[str, str]) -> None:
    session = client.v1.checkout.sessions.create(donation())
    status, _, page = post(sandbox, session.url, CARD | change)
    assert status == 400
    assert 'aria-invalid="true"' in page
    assert sandbox.store.count("charge") == 0


def test_a_declined_card_is_explained_and_can_be_replaced(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    status, _, page = post(sandbox, session.url, CARD | {"number": "4000 0000 0000 9995"})
    assert status == 402
    assert "Kartē nepietiek līdzekļu." in page
    assert 'role="alert"' in page
    assert post(sandbox, session.url, CARD)[0] == 303


def test_a_refusal_in_english(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(locale="en"))
    _, _, page = post(sandbox, session.url, CARD | {"number": "4000 0000 0000 0002"})
    assert "Your card was declined." in page


@pytest.mark.parametrize(("answer", "end"), [("accept", 303), ("refuse", 402)])
def test_3d_secure(client: Any, sandbox: Sandbox, answer: str, end: int) -> None:
    session = client.v1.checkout.sessions.create(donation())
    status, headers, _ = post(sandbox, session.url, FORM | {"preset": "3ds"})
    assert status == 303
    assert headers["location"].endswith("/3ds")
    assert "3-D Secure" in get(sandbox, headers["location"])[1]
    assert post(sandbox, headers["location"], {"answer": answer})[0] == end


def test_an_expired_session_says_so(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(locale="en"))
    sandbox.advance(days=1)
    assert "has expired" in get(sandbox, session.url)[1]


def test_unknown_pages_are_404s(sandbox: Sandbox) -> None:
    for path in ("/c/pay/cs_test_none", "/p/session/bps_none", "/nothing", "/receipts/ch_none"):
        assert get(sandbox, path)[0] == 404


def test_nothing_is_smuggled_in(received: Any) -> None:
    evil = "\"><script>alert(1)</script>'"
    sandbox = Sandbox(name=evil, webhook=lambda body, signature: 200)
    client = client_for(sandbox)
    params = donation(cancel_url="https://example.org/?q=%22%3E<script>")
    params["line_items"][0]["price_data"] = price(500) | {"product_data": {"name": evil}}
    session = client.v1.checkout.sessions.create(params)
    pages = [get(sandbox, session.url)[1]]
    mistakes = {"email": evil, "name": evil, "number": evil, "preset": evil}
    pages.append(post(sandbox, session.url, mistakes)[2])
    sandbox.pay(session.id, name=evil, email="x<script>@example.org")
    pages.append(get(sandbox, session.url)[1])
    pages.append(get(sandbox, "/")[1])
    pages.append(get(sandbox, f"/c/pay/{evil}".replace("?", ""))[1])
    for page in pages:
        assert "<script" not in page
        assert "&lt;script&gt;" in page or "Ciemati" not in page


def test_the_portal_changes_the_card_and_cancels(client: Any, sandbox: Sandbox) -> None:
    paid = sandbox.pay(client.v1.checkout.sessions.create(pledge()).id)
    portal = client.v1.billing_portal.sessions.create(
        {
            "customer": paid["customer"],
            "return_url": "https://example.org/me",
            "locale": "lv",
            "flow_data": {
                "type": "payment_method_update",
                "after_completion": {
                    "type": "redirect",
                    "redirect": {"return_url": "https://example.org/changed"},
                },
            },
        }
    )
    assert portal.flow.type == "payment_method_update"
    assert "4242" in get(sandbox, portal.url)[1]
    form = {"action": "save", "preset": "mastercard"}
    status, headers, _ = post(sandbox, portal.url, form)
    assert (status, headers["location"]) == (303, "https://example.org/changed")
    update = sandbox.events[-1]
    assert update["type"] == "customer.updated"
    default = update["data"]["object"]["invoice_settings"]["default_payment_method"]
    assert sandbox.get(default)["card"]["brand"] == "mastercard"
    assert post(sandbox, portal.url, {"action": "save", "preset": "decline"})[0] == 402
    cancel = {"action": "cancel", "subscription": paid["subscription"]}
    assert post(sandbox, portal.url, cancel)[0] == 303
    assert sandbox.get(paid["subscription"])["cancel_at_period_end"] is True
    assert "beidzas" in get(sandbox, portal.url)[1]


def test_a_portal_shows_and_touches_its_own_customer_only(client: Any, sandbox: Sandbox) -> None:
    mine = sandbox.pay(client.v1.checkout.sessions.create(pledge()).id)
    other = sandbox.pay(client.v1.checkout.sessions.create(pledge(7700)).id)
    portal = client.v1.billing_portal.sessions.create({"customer": mine["customer"]})
    assert "77.00" not in get(sandbox, portal.url)[1]
    post(sandbox, portal.url, {"action": "cancel", "subscription": other["subscription"]})
    assert sandbox.get(other["subscription"])["cancel_at_period_end"] is False


# Control ---------------------------------------------------------------------------------------


def control(sandbox: Sandbox, name: str, **params: Any) -> tuple[int, Any]:
    kind = {"Content-Type": "application/json"}
    body = json.dumps(params).encode()
    status, _, answer = call_wsgi(sandbox.wsgi, "POST", f"/_control/{name}", body, kind)
    return status, json.loads(answer)


def test_everything_can_be_controlled_over_http(client: Any, sandbox: Sandbox) -> None:
    card = client.v1.checkout.sessions.create(donation()).id
    debit = client.v1.checkout.sessions.create(donation()).id
    assert control(sandbox, "pay", session=card)[1]["payment_status"] == "paid"
    assert control(sandbox, "pay", session=debit, method="sepa")[0] == 200
    assert control(sandbox, "settle", payment=debit, success=True)[1]["status"] == "succeeded"
    _, refund = control(sandbox, "refund", payment=debit, amount=700)
    assert control(sandbox, "complete_refund", refund=refund["id"])[1]["status"] == "succeeded"
    assert control(sandbox, "fail_refund", refund=refund["id"])[1]["status"] == "failed"
    _, dispute = control(sandbox, "dispute", payment=card)
    assert control(sandbox, "close_dispute", dispute=dispute["id"], won=True)[1]["status"] == "won"
    before = sandbox.now
    assert control(sandbox, "advance", days=2, seconds=5)[1]["now"] >= before + 2 * 86_400 + 5
    assert control(sandbox, "payout", include_pending=True)[1]["payout"]["status"] == "paid"
    third = client.v1.checkout.sessions.create(donation()).id
    assert control(sandbox, "expire", session=third)[1]["status"] == "expired"
    assert len(control(sandbox, "pending")[1]["pending"]) == len(sandbox.events)
    assert control(sandbox, "delivery", duplicate=1)[1]["delivery"]["duplicate"] == 1
    assert len(control(sandbox, "deliver")[1]["sent"]) == 2 * len(sandbox.events)
    again = control(sandbox, "redeliver", event=sandbox.events[0]["id"])[1]["sent"]
    assert {one["status"] for one in again} == {200}
    faults = control(sandbox, "faults", kind="drop", times=2, after=True)[1]["faults"]
    assert (faults[0]["kind"], faults[0]["times"], faults[0]["after"]) == ("drop", 2, True)
    assert control(sandbox, "faults", clear=True)[1] == {"faults": []}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("nothing", {}),
        ("pay", {}),
        ("pay", {"session": "cs_test_none"}),
        ("refund", {"payment": "pi_none"}),
        ("advance", {"days": "soon"}),
        ("advance", {"days": -1}),
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "error", "colour": "red"}),
        ("delivery", {"colour": "red"}),
        ("redeliver", {"event": "evt_none"}),
    ],
)
def test_nonsense_over_http_is_an_error_not_a_crash(
    sandbox: Sandbox, name: str, params: dict[str, Any]
) -> None:
    status, answer = control(sandbox, name, **params)
    assert status in (400, 404)
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "name",
    [
        "advance",
        "close_dispute",
        "complete_refund",
        "deliver",
        "dispute",
        "expire",
        "fail_refund",
        "faults",
        "pay",
        "payout",
        "redeliver",
        "refund",
        "settle",
        "swap_card",
    ],
)
def test_every_button_of_the_panel_works(client: Any, sandbox: Sandbox, name: str) -> None:
    paid = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    sandbox.dispute(paid["id"])
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    debit = sandbox.pay(client.v1.checkout.sessions.create(donation()).id, "sepa")
    sandbox.settle(debit["id"])
    sandbox.refund(debit["id"], 100)
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id, "sepa")
    sandbox.pay(client.v1.checkout.sessions.create(pledge()).id)
    client.v1.checkout.sessions.create(donation())
    status, page = get(sandbox, "/")
    assert status == 200
    assert METHODS["fails_later"].grouped in page
    form = re.search(rf'action="/_control/{name}"[^>]*>(.*?)</form>', page)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    assert post(sandbox, f"/_control/{name}", fields)[0] == 303
    assert get(sandbox, "/")[0] == 200


def test_forms_from_other_sites_are_refused(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    headers = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/_control/payout", _path(session.url)):
        assert call_wsgi(sandbox.wsgi, "POST", path, b"", headers)[0] == 403

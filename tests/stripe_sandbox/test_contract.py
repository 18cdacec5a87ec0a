"""The contract check has to be able to fail, and has to belong to the installed library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from stripe_sandbox import Sandbox, contract, forms
from stripe_sandbox.errors import ContractBroken
from stripe_sandbox.resources import refunds
from tests.stripe_sandbox.helpers import donation

CONTRACT = contract.load()


def test_the_contract_is_the_one_the_installed_library_pins() -> None:
    assert CONTRACT.version == stripe.api_version


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"ui_mode": "hosted"}, "ui_mode", "parameter_invalid"),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"locale": "xx"}, "locale", "parameter_invalid"),
        ({"mode": "barter"}, "mode", "parameter_invalid"),
        (
            {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 5}}]},
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        ({"line_items": "x"}, "line_items", "parameter_invalid_array"),
        ({"payment_intent_data": "x"}, "payment_intent_data", "parameter_invalid_hash"),
    ],
)
def test_a_request_stripe_would_refuse_is_refused(
    client: Any, sandbox: Sandbox, change: dict[str, Any], param: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(donation(**change))
    assert (caught.value.http_status, caught.value.param, caught.value.code) == (400, param, code)
    assert sandbox.events == []


def test_hosted_page_is_accepted(client: Any) -> None:
    session = client.v1.checkout.sessions.create(donation(ui_mode="hosted_page"))
    assert session.ui_mode == "hosted_page"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda o: o.update(payment_status="perhaps"), "$.payment_status"),
        (lambda o: o.update(amount_total="25"), "$.amount_total"),
        (lambda o: o.update(created=True), "$.created"),
        (lambda o: o.pop("livemode"), "$.livemode: required"),
        (lambda o: o.update(mode=None), "$.mode: is null"),
        (lambda o: o.update(total=1), "$.total: not a property"),
        (lambda o: o["total_details"].update(tip=1), "$.total_details.tip: not a property"),
        (lambda o: o.update(customer={"object": "customer"}), "$.customer.id: required"),
        (lambda o: o.update(custom_fields={}), "$.custom_fields"),
    ],
)
def test_a_spoilt_object_is_noticed(
    client: Any, sandbox: Sandbox, spoil: Any, complaint: str
) -> None:
    obj = sandbox.get(client.v1.checkout.sessions.create(donation()).id)
    assert CONTRACT.check_object(obj) == []
    spoil(obj)
    problems = CONTRACT.check_object(obj)
    assert any(complaint in problem for problem in problems), problems


def test_a_spoilt_event_is_noticed(client: Any, sandbox: Sandbox) -> None:
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    event = sandbox.events[-1]
    assert CONTRACT.check_event(event) == []
    assert CONTRACT.check_event(event | {"type": "charge.exploded"})
    assert CONTRACT.check_event(event | {"data": {"object": {"object": "charge"}}})
    assert CONTRACT.check_event(event | {"data": {"object": {"object": "nonsense"}}})


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("invoice", "payment_intent"),
        ("invoice", "charge"),
        ("invoice", "subscription"),
        ("subscription", "current_period_end"),
    ],
)
def test_a_field_that_stripe_removed_cannot_be_set(sandbox: Sandbox, kind: str, field: str) -> None:
    with pytest.raises(ContractBroken, match=field):
        sandbox.world.builder.check_fields(kind, {field: "x"})


def test_a_response_that_breaks_the_contract_becomes_a_500(
    client: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = client.v1.checkout.sessions.create(donation())
    sandbox.pay(session.id)
    sandbox.store.put("checkout.session", session.id, sandbox.get(session.id) | {"vat": 21})
    with pytest.raises(stripe.APIError) as caught:
        client.v1.checkout.sessions.retrieve(session.id)
    assert caught.value.http_status == 500
    assert any("$.vat" in problem for problem in sandbox.problems)
    sandbox.problems.clear()


def test_an_event_that_breaks_the_contract_undoes_the_request(
    client: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    real = sandbox.world.emit

    def emit(type: str, obj: dict[str, Any], previous: Any = None) -> Any:
        return real(type, obj | ({"odd": 1} if type == "charge.refunded" else {}), previous)

    monkeypatch.setattr(sandbox.world, "emit", emit)
    with pytest.raises(stripe.APIError):
        client.v1.refunds.create({"payment_intent": session["payment_intent"]})
    charge = sandbox.charge_of(session["id"])
    assert refunds.of_charge(sandbox.world, charge) == []
    assert sandbox.get(charge)["amount_refunded"] == 0
    assert any("charge.refunded" in problem for problem in sandbox.problems)
    sandbox.problems.clear()


NAMES = st.text("abcxyz_", min_size=1, max_size=5)
NESTED = st.recursive(
    st.text(max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1)
    ),
    max_leaves=8,
)


def _pairs(value: Any, key: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [p for name, inner in value.items() for p in _pairs(inner, f"{key}[{name}]")]
    if isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in _pairs(inner, f"{key}[{i}]")]
    return [(key, value)]


@given(st.dictionaries(NAMES, NESTED))
def test_decoding_a_form_undoes_encoding(params: dict[str, Any]) -> None:
    pairs = [pair for name, value in params.items() for pair in _pairs(value, name)]
    assert forms.decode_form(pairs) == params


def test_a_form_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="a"):
        forms.decode_form([("a", "1"), ("a[b]", "2")])


def test_brackets_without_a_number_append() -> None:
    assert forms.decode_form([("expand[]", "a"), ("expand[]", "b")]) == {"expand": ["a", "b"]}

"""The control API under /_control/: the same actions as the Python object, over HTTP.

POST a JSON object (answered with JSON) or a form (answered with a redirect to the panel).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .errors import ApiError
from .store import Doc

if TYPE_CHECKING:
    from .sandbox import Sandbox

type Params = dict[str, Any]
type Action = Callable[["Sandbox", Params], Any]


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not value:
        raise ApiError(400, f"{name} is missing.", code="parameter_missing", param=name)
    return str(value)


def _number(params: Params, name: str) -> int | None:
    value = params.get(name)
    if value in (None, ""):
        return None
    try:
        return int(str(value))
    except ValueError:
        raise ApiError(400, f"{name} is not a number: {value}", param=name) from None


def _flag(params: Params, name: str) -> bool | None:
    value = params.get(name)
    if value in (None, ""):
        return None
    return str(value).lower() in ("1", "true", "yes", "on")


def _advance(sandbox: Sandbox, params: Params) -> Doc:
    steps = {name: _number(params, name) or 0 for name in ("seconds", "days", "months")}
    return {"now": sandbox.advance(**steps, to=_number(params, "to"))}


def _account_fee(sandbox: Sandbox, params: Params) -> Doc:
    amount = _number(params, "amount")
    if amount is None:
        raise ApiError(400, "amount is missing.", code="parameter_missing", param="amount")
    given = {name: str(params[name]) for name in ("description", "type") if params.get(name)}
    return sandbox.account_fee(amount, **given)


def _pay_invoice(sandbox: Sandbox, params: Params) -> Doc:
    authenticate = _flag(params, "authenticate")
    return sandbox.pay_invoice(
        _text(params, "invoice"),
        str(params.get("method") or "card"),
        authenticate=True if authenticate is None else authenticate,
    )


def _pay(sandbox: Sandbox, params: Params) -> Doc:
    given = {name: str(params[name]) for name in ("method", "email", "name") if params.get(name)}
    authenticate = _flag(params, "authenticate")
    return sandbox.pay(
        _text(params, "session"),
        given.pop("method", "card"),
        authenticate=True if authenticate is None else authenticate,
        **given,
    )


def _faults(sandbox: Sandbox, params: Params) -> Doc:
    options = dict(params)
    if _flag(options, "clear"):
        sandbox.faults.clear()
    elif options:
        kind = str(options.pop("kind", "error"))
        for name in ("times", "status"):
            if (number := _number(options, name)) is not None:
                options[name] = number
            else:
                options.pop(name, None)
        if "seconds" in options:
            options["seconds"] = float(options["seconds"] or 0)
        if "after" in options:
            options["after"] = bool(_flag(options, "after"))
        options = {name: value for name, value in options.items() if value != ""}
        sandbox.faults.add(kind, **options)  # type: ignore[arg-type]
    return {"faults": sandbox.faults.list()}


def _delivery(sandbox: Sandbox, params: Params) -> Doc:
    changes: Params = {}
    for name in ("auto", "shuffle"):
        if name in params:
            changes[name] = bool(_flag(params, name))
    for name in ("duplicate", "seed"):
        if name in params:
            changes[name] = _number(params, name) or 0
    if "drop" in params:
        changes["drop"] = float(params["drop"] or 0)
    unknown = set(params) - {"auto", "shuffle", "duplicate", "seed", "drop"}
    if unknown:
        raise ApiError(400, f"unknown: {', '.join(sorted(unknown))}")
    sandbox.delivery(**changes)
    return {"delivery": sandbox.deliveries.settings()}


def _deliver(sandbox: Sandbox, params: Params) -> Doc:
    events = params.get("events")
    order = params.get("order")
    done = sandbox.deliver(
        events,
        order=order,
        duplicate=_number(params, "duplicate"),
        drop=float(params["drop"]) if params.get("drop") else None,
    )
    return {"sent": [{"event": event, "status": status} for event, status in done]}


def _redeliver(sandbox: Sandbox, params: Params) -> Doc:
    event = _text(params, "event")
    if sandbox.deliveries.mode.auto:
        sandbox.deliveries.requeue(event)
        return {"queued": event}
    return {"sent": [{"event": one, "status": status} for one, status in sandbox.deliver([event])]}


def _pending(sandbox: Sandbox, params: Params) -> Doc:
    return {"pending": sandbox.deliveries.pending()}


def _hold_fees(sandbox: Sandbox, params: Params) -> Doc:
    if _flag(params, "hold"):
        sandbox.config.hold_fees = True
        return {"hold": True}
    return {"hold": False, "released": sandbox.release_fees()}


ACTIONS: dict[str, Action] = {
    "advance": _advance,
    "pay": _pay,
    "authenticate": lambda sandbox, params: sandbox.authenticate(
        _text(params, "session"), accept=_flag(params, "accept") is not False
    ),
    "pay_invoice": _pay_invoice,
    "authenticate_invoice": lambda sandbox, params: sandbox.authenticate_invoice(
        _text(params, "invoice"), accept=_flag(params, "accept") is not False
    ),
    "settle": lambda sandbox, params: sandbox.settle(
        _text(params, "payment"), success=_flag(params, "success")
    ),
    "refund": lambda sandbox, params: sandbox.refund(
        _text(params, "payment"), _number(params, "amount"), fee=_number(params, "fee") or 0
    ),
    "complete_refund": lambda sandbox, params: sandbox.complete_refund(_text(params, "refund")),
    "fail_refund": lambda sandbox, params: sandbox.fail_refund(_text(params, "refund")),
    "dispute": lambda sandbox, params: sandbox.dispute(
        _text(params, "payment"),
        reason=str(params.get("reason") or "fraudulent"),
        amount=_number(params, "amount"),
    ),
    "close_dispute": lambda sandbox, params: sandbox.close_dispute(
        _text(params, "dispute"), won=bool(_flag(params, "won"))
    ),
    "payout": lambda sandbox, params: {
        "payout": sandbox.payout(
            include_pending=bool(_flag(params, "include_pending")),
            arrive=_flag(params, "arrive") is not False,
        )
    },
    "arrive_payout": lambda sandbox, params: sandbox.arrive_payout(_text(params, "payout")),
    "fail_payout": lambda sandbox, params: sandbox.fail_payout(_text(params, "payout")),
    "account_fee": _account_fee,
    "expire": lambda sandbox, params: sandbox.expire(_text(params, "session")),
    "change_card": lambda sandbox, params: sandbox.change_card(
        _text(params, "customer"), str(params.get("method") or "card")
    ),
    "swap_card": lambda sandbox, params: sandbox.swap_card(
        _text(params, "subscription"), _text(params, "method")
    ),
    "hold_fees": _hold_fees,
    "faults": _faults,
    "delivery": _delivery,
    "deliver": _deliver,
    "redeliver": _redeliver,
    "pending": _pending,
}
READABLE: dict[str, Action] = {
    "pending": _pending,
    "faults": lambda sandbox, params: {"faults": sandbox.faults.list()},
    "delivery": lambda sandbox, params: {"delivery": sandbox.deliveries.settings()},
    "events": lambda sandbox, params: {"events": sandbox.events},
    "problems": lambda sandbox, params: {"problems": sandbox.problems},
    "requests": lambda sandbox, params: {
        "requests": [request._asdict() for request in sandbox.requests]
    },
}


def run(sandbox: Sandbox, method: str, name: str, params: Params) -> Doc:
    """Do one control action. Raises ApiError for what does not exist or does not make sense."""
    action = (ACTIONS if method == "POST" else READABLE).get(name)
    if action is None:
        raise ApiError(404, f"No control {method} {name}.")
    try:
        return action(sandbox, params) or {}
    except (KeyError, TypeError, ValueError) as error:
        raise ApiError(400, f"{name}: {error}") from error


def health(sandbox: Sandbox) -> Doc:
    """Whether it runs, what it speaks, and whether it has broken its own contract."""
    return {
        "status": "ok",
        "api_version": sandbox.world.contract.version,
        "now": sandbox.now,
        "livemode": False,
        "webhook": sandbox.webhook_url,
        "pending_deliveries": len(sandbox.deliveries.pending()),
        "problems": len(sandbox.problems),
    }

"""A stateful stand-in for Stripe, for development and tests. No money moves.

    from stripe_sandbox import Sandbox

    sandbox = Sandbox(webhook=lambda body, signature: my_view(body, signature))
    ...                                      # create a Checkout session through `sandbox.wsgi`
    sandbox.pay(session_id, "sepa")          # be the payer
    sandbox.settle(session_id)               # be the bank
    sandbox.advance(days=31)                 # be time
    sandbox.deliver(order="shuffle", duplicate=1)    # be a bad network
    assert sandbox.problems == []            # everything it said fits Stripe's contract

`python -m stripe_sandbox --help` runs it as a server. README.md has the whole interface.
"""

from .delivery import WebhookTarget
from .errors import AnswerTimedOut, ApiError, ConnectionDropped, ContractBroken
from .methods import METHODS, TestMethod
from .sandbox import Sandbox
from .store import Store

__all__ = [
    "METHODS",
    "AnswerTimedOut",
    "ApiError",
    "ConnectionDropped",
    "ContractBroken",
    "Sandbox",
    "Store",
    "TestMethod",
    "WebhookTarget",
]

"""Who may do what with records of money in the admin."""

from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy  # type: ignore[attr-defined]

from ..models import (
    Campaign,
    CheckoutAttempt,
    Consent,
    Difference,
    Donation,
    Donor,
    Fund,
    Import,
    Instalment,
    LedgerEntry,
    OutgoingMail,
    Payout,
    Pledge,
    PledgeWish,
    ProviderEvent,
    Receipt,
    ReceiptCounter,
    Reconciliation,
    RefusedDeliveries,
    SavedView,
    Statement,
    StatementRun,
    TransferIntention,
    Tribute,
)


class LookingPolicy(ModelPermissionPolicy):
    """Lets people look, and take the named actions, if they hold the permission for it.

    Everything else, such as add, change and delete, is refused to everybody, superusers included.
    """

    def __init__(self, model: type[Model], *actions: str) -> None:
        super().__init__(model)
        self.actions = frozenset({"view", *actions})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions: Any) -> Any:
        allowed = self.actions.intersection(actions)
        users = super().users_with_any_permission(allowed)
        return users if allowed else users.none()


class WrittenPolicy(ModelPermissionPolicy):
    """Django's permissions, but what money points at can't be deleted by anybody."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action == "delete" and is_used(instance):
            return False
        return bool(self.user_has_permission(user, action))


def may(user: Any, model: type[Model], action: str = "view") -> bool:
    """Whether somebody may do this, by the policy of the model."""
    return bool(policy_registry.get_by_type(model).user_has_permission(user, action))


def is_used(written: Fund | Campaign) -> bool:
    """Whether somebody gave, promised or tried to give to the fund or campaign."""
    return written.attempts.exists() or written.donations.exists() or written.pledges.exists()


def register() -> None:
    """Must run before anything asks Wagtail for a policy of these models."""
    register_permission_policy(Donation, LookingPolicy(Donation, "refund", "enter"))
    register_permission_policy(Receipt, LookingPolicy(Receipt, "resend", "correct"))
    register_permission_policy(ProviderEvent, LookingPolicy(ProviderEvent, "replay"))
    register_permission_policy(Fund, WrittenPolicy(Fund))
    register_permission_policy(Campaign, WrittenPolicy(Campaign))
    register_permission_policy(Pledge, LookingPolicy(Pledge, "manage"))
    register_permission_policy(Statement, LookingPolicy(Statement, "issue"))
    register_permission_policy(Donor, LookingPolicy(Donor, "merge", "erase"))
    register_permission_policy(Reconciliation, LookingPolicy(Reconciliation, "repair"))
    # Some of these have no address in the admin; should they ever get one, it shows only.
    for model in (
        CheckoutAttempt,
        Consent,
        Difference,
        Import,
        Instalment,
        LedgerEntry,
        OutgoingMail,
        Payout,
        PledgeWish,
        ReceiptCounter,
        RefusedDeliveries,
        SavedView,
        StatementRun,
        TransferIntention,
        Tribute,
    ):
        register_permission_policy(model, LookingPolicy(model))

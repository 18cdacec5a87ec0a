"""Who may do what with records of money in the admin."""

from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy  # type: ignore[attr-defined]

from ..models import (
    CheckoutAttempt,
    Consent,
    Donation,
    Donor,
    Fund,
    LedgerEntry,
    OutgoingMail,
    ProviderEvent,
    Receipt,
    ReceiptCounter,
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


class FundPolicy(ModelPermissionPolicy):
    """Django's permissions, but a fund that money points at can't be deleted by anybody."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action == "delete" and is_used(instance):
            return False
        return bool(self.user_has_permission(user, action))


def may(user: Any, model: type[Model], action: str = "view") -> bool:
    """Whether somebody may do this, by the policy of the model."""
    return bool(policy_registry.get_by_type(model).user_has_permission(user, action))


def is_used(fund: Fund) -> bool:
    """Whether somebody gave, or tried to give, to the fund."""
    return fund.attempts.exists() or fund.donations.exists()


def register() -> None:
    """Must run before anything asks Wagtail for a policy of these models."""
    register_permission_policy(Donation, LookingPolicy(Donation, "refund"))
    register_permission_policy(Receipt, LookingPolicy(Receipt, "resend"))
    register_permission_policy(ProviderEvent, LookingPolicy(ProviderEvent, "replay"))
    register_permission_policy(Fund, FundPolicy(Fund))
    # Some of these have no address in the admin; should they ever get one, it shows only.
    for model in (CheckoutAttempt, Consent, Donor, LedgerEntry, OutgoingMail, ReceiptCounter):
        register_permission_policy(model, LookingPolicy(model))

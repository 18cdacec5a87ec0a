"""Who may do what with sign-ups in the admin."""

from wagtail.permissions import register_permission_policy  # type: ignore[attr-defined]

from donations.admin.policies import LookingPolicy

from ..models import OutgoingMail, SignUp, SignUpList


def register() -> None:
    """Must run before anything asks Wagtail for a policy of these models."""
    register_permission_policy(SignUpList, LookingPolicy(SignUpList, "manage"))
    # These have no address in the admin; should they ever get one, it shows only.
    for model in (SignUp, OutgoingMail):
        register_permission_policy(model, LookingPolicy(model))

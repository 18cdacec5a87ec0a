"""The audit log in words."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

# Every action that services record: its label in filters, and its message.
ACTIONS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "sign_up.cancelled": (_("Sign-up cancelled"), _("Cancelled sign-up No. %(position)s")),
    "sign_up.erased": (_("Sign-up erased"), _("Erased who signed up as No. %(position)s")),
    "sign_up.called_off": (_("Event called off"), _("Called off; sign-ups told: %(count)s")),
    "sign_up.attendance": (_("Attendance noted"), _("Noted who came: %(came)s sign-ups")),
    "sign_up.exported": (_("Sign-ups exported"), _("Exported the list: %(rows)s rows")),
    "figures.exported": (
        _("Enquiries exported without names"),
        _("Exported enquiries without names as %(format)s: %(rows)s rows"),
    ),
}


def register_actions(registry: LogActionRegistry) -> None:
    """Make the actions known to Wagtail, which refuses to log unknown ones."""
    for action, (label, message) in ACTIONS.items():
        formatter = type("Formatter", (_Formatter,), {"label": label, "message": message})
        registry.register_action(f"fostering.{action}")(formatter)  # type: ignore[misc]


class _Formatter(LogFormatter):
    def format_message(self, log_entry: Any) -> str:
        return str(self.message) % dict(log_entry.data)

"""What editors should see without looking for it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry  # type: ignore[attr-defined]

from sosbca.core.models import Fact

from . import consents
from .reports import ANY, stale_facts
from .translations import State, counts


class EditorsPanel(Component):
    """On the admin's front page: translations, consents and facts that want attention.

    Each line only for those who can do something about it; nothing when all is well.
    """

    name = "editors"
    template_name = "home/editing/panel.html"
    order = 230

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        lines = {**self._translations(), **self._consents(), **self._facts()}
        return {**lines, "is_shown": bool(lines)}

    def _translations(self) -> dict[str, Any]:
        policy = policy_registry.get_by_type(Page)
        if not policy.user_has_any_permission(self.user, ANY):
            return {}
        pages = policy.instances_user_has_any_permission_for(self.user, ANY)
        address = reverse("editing:translations")
        open_states = [
            {
                "label": state.label,
                "number": number,
                "url": f"{address}?translation_state={state.value}&live=true",
            }
            for state, number in counts(pages).items()
            if number and state is not State.COMPLETE
        ]
        return {"translations": open_states} if open_states else {}

    def _consents(self) -> dict[str, Any]:
        if not policy_registry.get_by_type(get_image_model()).user_has_permission(
            self.user, "change"
        ):
            return {}
        today = timezone.localdate()
        gone, soon = consents.expired(today).count(), consents.expiring(today).count()
        address = reverse("editing:consents")
        return {"gone": gone, "soon": soon, "consents_url": address} if gone or soon else {}

    def _facts(self) -> dict[str, Any]:
        if not policy_registry.get_by_type(Fact).user_has_permission(self.user, "change"):
            return {}
        stale = stale_facts(timezone.localdate()).count()
        return {"stale": stale, "facts_url": reverse("editing:facts")} if stale else {}

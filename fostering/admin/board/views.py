"""The board, and the moving of a card."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from sosbca.users.models import User

from ...models import Stage
from ...models.case import OUTCOMES
from ...services import access, cases
from ..cases.forms import NoteForm
from ..cases.overtaken import nothing_saved, who_moved
from ..cases.views import CaseFilters, CaseView
from .columns import SHOWN, columns, needs_reason, targets


class MoveForm(forms.Form):
    """What a card sends. `seen` is the stage in which the person saw it."""

    seen = forms.ChoiceField(choices=Stage, widget=forms.HiddenInput)
    to = forms.ChoiceField(choices=Stage, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class BoardPage(CaseView):
    """For who works on cases, with the cases of their centres."""

    page_title = gettext_lazy("Board")  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.is_staff_of_cases(cast(User, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    @property
    def kept(self) -> str:
        """The filters, as they stand in the address."""
        return self.request.GET.urlencode()

    def address(self, case_pk: int | None = None) -> str:
        query = f"?{self.kept}" if self.kept else ""
        card = f"#case-{case_pk}" if case_pk else ""
        return reverse("fostering_board:index") + query + card


class BoardView(BoardPage):
    template_name = "fostering/admin/board.html"
    http_method_names = ("get", "head", "options")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = CaseFilters(self.staff, self.request.GET)
        found = filters.narrowed(access.cases_for(self.staff))
        listed = self.request.GET.copy()
        listed.pop("state", None)
        return super().get_context_data(**kwargs) | {
            "filters": [field for field in filters if field.name != "state"],
            "columns": columns(found, timezone.now()),
            "shown": SHOWN,
            "kept": self.kept,
            "listed": listed.urlencode(),
            "centres": access.centres_for(self.staff).count(),
        }


class MoveView(BoardPage):
    """Moves a card, by way of a question where the reason has to be said."""

    template_name = "fostering/admin/board_reason.html"
    http_method_names = ("post", "options")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.address(), "label": self.get_page_title()},
            {"url": "", "label": str(self.case)},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MoveForm(request.POST)
        found = access.cases_for(self.staff).select_related("enquiry", "centre")
        case = found.filter(pk=kwargs["pk"]).first()
        if case is None:
            return self._gone(request.POST.get("text", "").strip())
        self.case = case
        if not form.is_valid():
            return self._refuse(_("Choose where to move the case."))
        seen, to, text = (form.cleaned_data[name].strip() for name in ("seen", "to", "text"))
        if case.stage not in {seen, to}:
            return self._overtaken(to, text)
        if case.stage == seen and needs_reason(case, to) and not text:
            return self._ask(form, to)
        try:
            self._carry_out(seen, to, text)
        except cases.NotAllowed:
            self.case.refresh_from_db()
            if self.case.stage != seen:
                return self._overtaken(to, text)
            words = _("%(case)s can’t be moved from “%(from)s” to “%(to)s”.")
            return self._refuse(words % self._words(seen, to))
        except PermissionDenied:
            return self._gone(text)
        messages.success(request, _("%(case)s is now in “%(to)s”.") % self._words(seen, to))
        return HttpResponseRedirect(self.address(self.case.pk))

    def _carry_out(self, seen: str, to: str, text: str) -> None:
        if to in OUTCOMES:
            cases.close(self.case.pk, to, seen=seen, by=self.staff, text=text)
        elif seen in OUTCOMES and to == Stage.CONTACTED:
            cases.reopen(self.case.pk, by=self.staff, text=text)
        else:
            cases.move(self.case.pk, to, seen=seen, by=self.staff, text=text)

    def _ask(self, form: MoveForm, to: str) -> HttpResponse:
        is_faulty = "text" in self.request.POST
        if is_faulty:
            form.add_error("text", _("Say in a few words why."))
        else:
            form = MoveForm(initial=form.cleaned_data)
        context = self.get_context_data(
            case=self.case,
            form=form,
            to=Stage(to).label,
            kept=self.kept,
            back=self.address(self.case.pk),
        )
        return self.render_to_response(context, status=422 if is_faulty else 200)

    def _gone(self, text: str) -> HttpResponse:
        """The same for a case of another centre as for one that never was. What was typed stays to
        be copied."""
        words = _("This case is not among yours. It may have been given to another centre.")
        return nothing_saved(self.request, words, text) if text else self._refuse(words)

    def _overtaken(self, to: str, text: str) -> HttpResponse:
        """Somebody else was faster. What was typed stays: for the same move, or as a note when
        that is possible no more."""
        words = f"{who_moved(self.case)} {_('Nothing of yours was changed.')}"
        note = NoteForm(self.case, initial={"text": text})
        if not (text and note.is_possible):
            return self._refuse(words)
        messages.error(self.request, words)
        is_possible = to in targets(self.case)
        context = self.get_context_data(
            case=self.case,
            form=MoveForm(initial={"seen": self.case.stage, "to": to, "text": text}),
            note=None if is_possible else note,
            is_kept=True,
            to=Stage(to).label,
            kept=self.kept,
            back=self.address(self.case.pk),
        )
        return self.render_to_response(context, status=409)

    def _refuse(self, words: str) -> HttpResponse:
        """Say why at the top of the board, and not out of sight beside the card."""
        messages.error(self.request, words)
        return HttpResponseRedirect(self.address())

    def _words(self, seen: str, to: str) -> dict[str, str]:
        return {
            "case": str(self.case),
            "from": str(Stage(seen).label),
            "to": str(Stage(to).label),
        }

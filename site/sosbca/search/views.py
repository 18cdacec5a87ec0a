"""The search page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from . import asked
from .results import LONGEST_QUESTION, answer


class CountedResponse(HttpResponse):
    """Counts what was asked once the visitor has the answer: the server closes it afterwards."""

    question: tuple[str, str, int] | None = None

    def close(self) -> None:
        question, self.question = self.question, None
        if question:
            asked.record(*question)
        super().close()


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    results = answer(request, language)
    context: dict[str, Any] = {"results": results, "longest_question": LONGEST_QUESTION}
    response = CountedResponse(render_to_string("search/results.html", context, request))
    is_first_look = results.chosen is None and (results.part is None or results.part.number == 1)
    if request.method == "GET" and is_first_look and results.text:
        response.question = (results.text, language, results.count)
    return response

"""What editors recommend for a question."""

from . import analysis
from .models import Promotion


def promotions_for(text: str, language: str) -> list[Promotion]:
    """Those one of whose lines is asked for as a whole, in the editors' order. One query."""
    asked = terms(text, language)
    if not asked:
        return []
    return [
        promotion
        for promotion in Promotion.objects.filter(language=language)
        if any(line and line <= asked for line in _lines(promotion))
    ]


def _lines(promotion: Promotion) -> list[frozenset[str]]:
    return [terms(line, promotion.language) for line in promotion.words.splitlines()]


def terms(text: str, language: str) -> frozenset[str]:
    """The terms of a text; its stop words only if it has no other words."""
    words = [token.word for token in analysis.tokenise(analysis.normalise(text))]
    telling = [word for word in words if not analysis.is_stop_word(word, language)] or words
    return frozenset(analysis.term(word, language) for word in telling)

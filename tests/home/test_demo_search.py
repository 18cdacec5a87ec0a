"""What people look for most comes first among all that the demonstration says."""

import pytest
from wagtail.models import Page

from sosbca.search.analysis import ask
from sosbca.search.indexing import index_everything
from sosbca.search.ranking import find

pytestmark = pytest.mark.django_db

FIRST_HITS = {
    "lv": {
        "ziedot": "Ziedot",
        "ziedošana": "Ziedot",
        "audzugimene": "Audžuģimene",
        "audžuģimenēm": "Audžuģimene",
        "adoptet": "Adoptētājs",
        "kontakti": "Kontakti",
        "vardnica": "Vārdnīca",
    },
    "en": {
        "donate": "Donate",
        "foster family": "Foster family",
        "contact": "Contact",
        "glossary": "Glossary",
    },
}


@pytest.mark.parametrize("language", FIRST_HITS)
def test_first_hits(demo: None, language: str) -> None:
    index_everything()
    expected = FIRST_HITS[language]
    first = {asked: find(ask(asked, language), language).hits[0][0] for asked in expected}
    titles = dict(Page.objects.filter(pk__in=first.values()).values_list("pk", "title"))
    assert {asked: titles[pk] for asked, pk in first.items()} == expected

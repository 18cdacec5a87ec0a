"""A set of choices in one column."""

from typing import Any, cast

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from home.models import ServiceIndexPage, ServicePage
from home.models.service_pages import Need
from sosbca.core.fields import ChoiceSetField
from sosbca.core.regions import Region

FIELD = ChoiceSetField(choices=Region.choices)


def service(site: Site, **fields: Any) -> ServicePage:
    index = ServiceIndexPage(title="Pakalpojumi", slug="pakalpojumi")
    site.root_page.add_child(instance=index)
    page = ServicePage(title="Atbalsts", slug="atbalsts", audience="Ģimenēm", **fields)
    index.add_child(instance=page)
    return page


@given(st.sets(st.sampled_from(Region.values)))
def test_what_is_stored_is_read_again_in_the_order_of_the_choices(chosen: set[str]) -> None:
    stored = FIELD.get_prep_value(FIELD.to_python(chosen))
    assert FIELD.to_python(stored) == [code for code in Region.values if code in chosen]
    assert all(f",{code}," in stored for code in chosen)
    assert not any(f",{code}," in stored for code in set(Region.values) - chosen)


def test_unknown_codes_are_refused_but_not_lost() -> None:
    value = FIELD.to_python(",zemgale,selija,riga,")
    assert value == ["riga", "zemgale", "selija"]
    with pytest.raises(ValidationError, match="selija"):
        FIELD.validate(value, None)


def test_a_choice_can_be_demanded() -> None:
    demanding = ChoiceSetField(choices=Region.choices, blank=False)
    with pytest.raises(ValidationError):
        demanding.validate([], None)
    assert demanding.formfield().required
    assert not FIELD.formfield().required


@pytest.mark.django_db
def test_rows_are_found_by_one_of_their_choices(site: Site) -> None:
    page = service(site, needs=["newborn", "at-risk"], regions=["riga", "vidzeme"])
    for code in ("riga", "vidzeme"):
        assert ServicePage.objects.get(regions__contains=f",{code},").pk == page.pk
    assert not ServicePage.objects.filter(regions__contains=",zemgale,").exists()
    assert ServicePage.objects.filter(regions=["riga", "vidzeme"]).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT regions FROM home_servicepage")
        assert cursor.fetchall() == [(",riga,vidzeme,",)]


@pytest.mark.django_db
def test_drafts_keep_the_choices(site: Site) -> None:
    page = service(site, needs=["newborn"], regions=["zemgale"])
    page.needs = ["bereavement", "newborn"]
    page.save_revision()
    draft = cast(ServicePage, page.get_latest_revision_as_object())
    assert draft.needs == ["newborn", "bereavement"]
    assert ServicePage.objects.get().needs == ["newborn"]


@pytest.mark.django_db
def test_words_of_the_choices() -> None:
    page = ServicePage(needs=["newborn", "unknown"])
    words: Any = page.get_needs_display()
    assert words == [str(Need.NEWBORN.label), "unknown"]

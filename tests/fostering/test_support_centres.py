"""Support centres: which one is suggested, who may change them, and what they take with them."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import ReferenceIndex, Site

from fostering.models import Case, SupportCentre
from fostering.models.support_centre import suggested_centre
from sosbca.core.municipalities import MUNICIPALITIES
from sosbca.core.regions import Region
from tests.fostering.enquiries import centre, sent
from tests.fostering.test_cases import GROUPS, member


@pytest.fixture(autouse=True)
def _site(site: Site) -> None:
    """All of these need the staff's groups."""


def edit_address(centre: SupportCentre, action: str = "edit") -> str:
    return reverse(SupportCentre.snippet_viewset.get_url_name(action), args=[centre.pk])  # type: ignore[attr-defined]


def test_the_map_has_42_municipalities_in_five_regions() -> None:
    """After the reform of 2021 and the union of Varakļāni and Madona in 2025."""
    assert len(MUNICIPALITIES) == 42
    assert {place.region for place in MUNICIPALITIES.values()} == set(Region)
    assert len({place.name_lv for place in MUNICIPALITIES.values()}) == 42
    assert len({place.name_en for place in MUNICIPALITIES.values()}) == 42


def test_the_centre_that_names_the_place_comes_before_the_regions_and_the_first() -> None:
    first = centre("riga", position=1)
    regional = centre("gulbene", municipalities=[], regions=["vidzeme"], position=2)
    named = centre("valmiera", position=3)
    assert suggested_centre("valmiera") == named
    assert suggested_centre("cesis") == regional
    assert suggested_centre("kuldiga") == first
    SupportCentre.objects.filter(pk=named.pk).update(is_open=False)
    assert suggested_centre("valmiera") == regional
    SupportCentre.objects.update(is_open=False)
    assert suggested_centre("valmiera") is None


@pytest.mark.parametrize("group", GROUPS)
def test_only_leads_say_who_belongs_to_a_centre(group: str) -> None:
    riga = centre("riga")
    client = Client()
    client.force_login(member(group))
    answer = client.get(edit_address(riga))
    assert (answer.status_code == 200) == (group == "Recruitment leads")


def test_staff_of_a_centre_are_of_recruitment() -> None:
    riga = centre("riga")
    colleague, stranger = member("Recruitment"), member("Finance")
    client = Client()
    client.force_login(member("Recruitment leads"))
    data = {
        "name_lv": "Centrs",
        "name_en": "Centre",
        "town": "riga",
        "position": "1",
        "is_open": "on",
    }
    client.post(edit_address(riga), data | {"staff": [colleague.pk, stranger.pk]})
    assert not riga.staff.exists()
    client.post(edit_address(riga), data | {"staff": [colleague.pk]})
    assert list(riga.staff.all()) == [colleague]


def test_a_centre_with_cases_is_not_deleted() -> None:
    valmiera = centre()
    sent()
    client = Client()
    client.force_login(member("Recruitment leads"))
    answer = client.post(edit_address(valmiera, "delete"))
    assert answer.status_code < 500
    assert SupportCentre.objects.filter(pk=valmiera.pk).exists()
    assert Case.objects.exists()


def test_wagtails_index_of_uses_knows_no_case() -> None:
    """What uses a centre or a person is shown to whoever may see these."""
    valmiera = centre()
    staff = member("Recruitment", valmiera)
    Case.objects.update(assignee=staff)
    sent()
    models = ReferenceIndex.objects.values_list("base_content_type__model", flat=True)
    assert not {"case", "caseevent", "casetask", "caseaccess", "enquiry"} & set(models)


def test_unknown_places_are_refused() -> None:
    with pytest.raises(ValidationError):
        centre(municipalities=["atlantis"]).full_clean()

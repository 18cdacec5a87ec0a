"""Projects on other pages."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Site

from projects.queries import latest_projects, project_index
from tests import pages

pytestmark = pytest.mark.django_db


def test_by_status_and_language(site: Site) -> None:
    index = pages.project_index(site.root_page)
    today = timezone.localdate()
    completed, running, page = [
        pages.project(
            index,
            slug=slug,
            starts_on=today + datetime.timedelta(days=first),
            ends_on=today + datetime.timedelta(days=last),
        )
        for slug, first, last in (
            ("completed", -9, -1),
            ("running", -5, 5),
            ("planned", 1, 9),
        )
    ]
    assert completed.status != running.status
    pages.english(page, "Planned", "planned-en")
    for status in ("completed", "running", "planned"):
        assert [found.slug for found in latest_projects("lv", status, 5)] == [status]
    assert [found.slug for found in latest_projects("lv", "", 2)] == ["planned", "running"]
    assert [found.slug for found in latest_projects("en", "", 5)] == ["planned-en"]
    pages.hide(page)
    assert latest_projects("lv", "planned", 5) == []
    assert [str(project_index(language)) for language in ("lv", "en")] == [
        "Līdzdalība projektos",
        "Projects",
    ]

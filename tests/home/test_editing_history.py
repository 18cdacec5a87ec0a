"""The history of every kind of page shows what changed, in fields, blocks and rows."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site, get_page_models

from sosbca.core.models import BasePage

# Each of a type that the site of examples has.
KINDS = sorted(
    {
        str(model._meta.model_name)
        for model in get_page_models()
        if issubclass(model, BasePage) and model._meta.app_label != "fostering"
    }
)


@pytest.fixture
def boss(whole_site: Site, client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss"))
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_two_versions_are_compared(boss: Client, kind: str) -> None:
    page = Page.objects.filter(content_type__model=kind, locale__language_code="lv").first()
    if page is None:
        page = Page.objects.filter(content_type__model=kind).first()
    assert page is not None, "the site of examples has none"
    page = page.specific
    before = page.save_revision()
    page.title = "Cits virsraksts"
    if hasattr(page, "body"):
        page.body = [("heading", "Jauns"), ("text", "<p>Cits teksts</p>")]
    after = page.save_revision()
    history = boss.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert history.status_code == 200
    compared = boss.get(
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, after.pk])
    )
    assert compared.status_code == 200
    html = compared.content.decode()
    assert "Cits" in html
    if hasattr(page, "body"):
        assert "Cits teksts" in html
    assert (
        boss.get(
            reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, before.pk])
        ).status_code
        == 200
    )


def test_rows_are_compared(boss: Client) -> None:
    page = Page.objects.get(slug="kapacitate-2022").specific
    before = page.save_revision()
    activity = page.activities.all()[0]
    activity.title = "Pavisam cita aktivitāte"
    page.activities = [activity]
    after = page.save_revision()
    html = boss.get(
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, after.pk])
    ).content.decode()
    assert "Pavisam cita" in html

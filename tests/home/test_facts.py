"""Facts are fields of the source alone: after a translation they are equal, and stay so."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import models, transaction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import (
    OverridableSegment,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from tests import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never ends, and wagtail-localize publishes when it does."""
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


def project(home: Page) -> Page:
    return pages.project_of_2022(pages.project_index(home), pages.programme(pages.services(home)))


def service(home: Page) -> Page:
    index = pages.services(home)
    return pages.service(index, regions=["riga"], contact=pages.person(), picture=pages.picture())


def programme(home: Page) -> Page:
    return pages.programme(pages.services(home))


def place(home: Page) -> Page:
    given = pages.service(pages.services(home))
    return pages.place(pages.places(home), opened=2001, contact=pages.person(), services=[given])


def event(home: Page) -> Page:
    return pages.event(
        pages.events(home),
        capacity=30,
        is_online=True,
        contact=pages.person(),
        programme=pages.programme(pages.services(home)),
    )


def publication(home: Page) -> Page:
    return pages.publication(
        pages.publications(home),
        number_of_pages=48,
        isbn="9783161484100",
        cover=pages.picture(),
        file=pages.document(),
    )


def article(home: Page) -> Page:
    chosen = pages.project(pages.project_index(home))
    return pages.article(
        pages.news_index(home), topics=[pages.topic()], projects=[chosen], related=[chosen]
    )


MAKERS = [project, service, programme, place, event, publication, article]
# What of a row is a fact, by the row's relation.
ROWS = {
    "funding": ["role", "funder_id", "amount_cents"],
    "activities": ["programme_id"],
    "entries": ["date", "link_id"],
    "documents": ["document_id"],
    "team": ["number"],
    "services": ["service_id"],
    "topics": ["topic_id"],
    "projects": ["project_id"],
    "related": ["target_id"],
}


def facts(page: Page) -> dict[str, Any]:
    """Everything about a page that must not differ between languages."""
    page = type(page).objects.get(pk=page.pk)
    found: dict[str, Any] = {}
    for name in ("picture", "illustration", *type(page).facts):  # type: ignore[attr-defined]
        field = page._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            found[name] = getattr(page, field.attname)
        elif isinstance(field, models.Field):
            found[name] = getattr(page, name)
    for relation, names in ROWS.items():
        if hasattr(page, relation):
            found[relation] = list(getattr(page, relation).values_list(*names))
    return found


def translate(source: Page) -> Page:
    """As the translation editor does it: every string gets an English one."""
    english = Locale.objects.get(language_code="en")
    Page.objects.filter(translation_key=source.translation_key, locale=english).delete()
    made, _created = TranslationSource.update_or_create_from_instance(source)
    translation = Translation.objects.create(source=made, target_locale=english)
    for segment in StringSegment.objects.filter(source=made):
        text = segment.string.data
        words = f"{text}-en" if re.fullmatch(r"[a-z0-9-]+", text) else f"{text} en"
        StringTranslation.objects.create(
            translation_of=segment.string, locale=english, context=segment.context, data=words
        )
    user = get_user_model().objects.get_or_create(username="translator")[0]
    translation.save_target(user=user)
    target: Page = translation.get_target_instance()
    return target


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_equal_after_a_translation(site: Site, maker: Any) -> None:
    source = maker(site.root_page)
    target = translate(source)
    assert target.pk != source.pk
    assert target.title.endswith(" en")
    assert facts(target) == facts(source)
    assert len(facts(source)) > 2


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_no_fact_is_offered_for_change(site: Site, maker: Any) -> None:
    source = maker(site.root_page)
    translate(source)
    changeable = set(
        OverridableSegment.objects.filter(source__object_id=source.translation_key).values_list(
            "context__path", flat=True
        )
    )
    names = {"picture", "illustration", *type(source).facts}
    assert not {path for path in changeable if path.split(".")[0] in names}


def test_equal_after_the_source_changed(site: Site) -> None:
    source = project(site.root_page)
    target = translate(source)
    source = type(source).objects.get(pk=source.pk)
    source.starts_on, source.ends_on = datetime.date(2023, 1, 1), datetime.date(2023, 2, 1)
    source.budget_cents, source.regions = 1, ["latgale"]
    source.activities.set([*source.activities.all()][::-1])
    for order, row in enumerate(source.activities.all()):
        row.sort_order = order
    source.funding.set([*source.funding.all()][:1])
    source.entries.first().date = datetime.date(2023, 1, 9)
    source.save_revision().publish()
    made, _created = TranslationSource.update_or_create_from_instance(source)
    user = get_user_model().objects.get(username="translator")
    for translation in made.translations.all():
        translation.save_target(user=user)
    assert facts(target) == facts(source)
    assert facts(target)["regions"] == ["latgale"]
    assert len(facts(target)["funding"]) == 1


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_whatever_is_not_words_is_a_fact(site: Site, maker: Any) -> None:
    """A field that is forgotten could differ between the languages."""
    model = type(maker(site.root_page))
    numbers = (models.DateField, models.IntegerField, models.BooleanField, models.ForeignKey)
    own = [field for field in model._meta.local_fields if not field.primary_key]
    expected = {field.name for field in own if isinstance(field, numbers) or field.flatchoices}
    assert expected - {"picture", "illustration"} <= set(model.facts)

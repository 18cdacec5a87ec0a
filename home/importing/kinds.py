"""The models that can be imported, their names in files, and what their keys mean."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from modelcluster.models import get_all_child_relations
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.contrib.settings.registry import registry
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from donations.models import Campaign, Fund

PAGE, PICTURE, DOCUMENT, SETTINGS = "page", "picture", "document", "settings"
FUND, CAMPAIGN = "fund", "campaign"

# Of Wagtail's own fields, these are content.
PAGE_FIELDS = {"title", "slug", "seo_title", "search_description", "show_in_menus"}
# Keys that are no fields.
PAGE_KEYS = {"type", "order", "published", "status"}
MEDIA_FIELDS = {"title", "file", "tags"}
FIELD_KEYS = {"show_in_menus": "menu"}


@dataclass(frozen=True)
class Key:
    """One key of a model: a field, or a relation to rows that belong to it."""

    name: str
    field: Any

    @property
    def is_rows(self) -> bool:
        return isinstance(self.field, models.ManyToOneRel)

    @property
    def is_tags(self) -> bool:
        return isinstance(self.field, TaggableManager)

    @property
    def is_required(self) -> bool:
        if self.is_rows or self.is_tags:
            return False
        field = self.field
        if isinstance(field, models.BooleanField) or field.has_default():
            return False
        return not field.blank


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


@cache
def page_types() -> dict[str, type[Page]]:
    """`project-index` to ProjectIndexPage."""
    return {
        kebab(model.__name__.removesuffix("Page")): model
        for model in get_page_models()
        if _is_ours(model) and model.is_creatable
    }


@cache
def entry_kinds() -> dict[str, type[models.Model]]:
    """Everything that has a row of its own and is no page: pictures, funds, campaigns,
    snippets."""
    snippets = {kebab(model.__name__): model for model in get_snippet_models() if _is_ours(model)}
    return {
        PICTURE: get_image_model(),
        DOCUMENT: get_document_model(),
        FUND: Fund,
        CAMPAIGN: Campaign,
        **dict(sorted(snippets.items())),
    }


@cache
def settings_kinds() -> dict[str, type[BaseSiteSetting]]:
    return {
        kebab(model.__name__.removesuffix("Settings")): model
        for model in registry
        if issubclass(model, BaseSiteSetting)
    }


def kind_of(model: type[models.Model]) -> str:
    """The word before the colon in references to this model."""
    if issubclass(model, Page):
        return PAGE
    return next((kind for kind, known in entry_kinds().items() if issubclass(known, model)), "")


def _is_ours(model: type[models.Model]) -> bool:
    return not model.__module__.startswith(("wagtail", "django", "taggit", "modelcluster"))


@cache
def keys_of(model: type[models.Model]) -> dict[str, Key]:
    """Every key that an entry of this model may have, in the order of the model's fields."""
    found = {}
    for field in _fields(model):
        name = FIELD_KEYS.get(field.name, field.name.removesuffix("_cents"))
        found[name] = Key(name, field)
    return found


def _fields(model: type[models.Model]) -> list[Any]:
    fields = [field for field in model._meta.get_fields() if _is_content(model, field)]
    if hasattr(model, "_meta") and issubclass(model, _clusterable()):
        fields += [
            relation
            for relation in get_all_child_relations(model)
            if not issubclass(relation.related_model, ItemBase) and _is_ours(relation.related_model)
        ]
    return fields


def _clusterable() -> type:
    from modelcluster.models import ClusterableModel

    return ClusterableModel


def _is_content(model: type[models.Model], field: Any) -> bool:
    if isinstance(field, TaggableManager):
        return True
    if not isinstance(field, models.Field) or isinstance(field, models.AutoField):
        return False
    if not field.editable or isinstance(field, models.OneToOneField):
        return False
    name = field.name
    if issubclass(model, Page) and field.model is Page:
        return name in PAGE_FIELDS
    if model in {get_image_model(), get_document_model()}:
        own: Any = model._meta.concrete_model
        parents = {
            f.name
            for base in own.__mro__[1:]
            if hasattr(base, "_meta")
            for f in base._meta.get_fields()
        }
        return name in MEDIA_FIELDS or name not in parents
    if isinstance(field, models.ForeignKey):
        return not _belongs_to_parent(field)
    return name not in {"sort_order", "translation_key", "locale"}


def _belongs_to_parent(field: "models.ForeignKey[Any, Any]") -> bool:
    from modelcluster.fields import ParentalKey

    related = field.related_model
    return isinstance(field, ParentalKey) or related in {
        apps.get_model("wagtailcore", "Site"),
        apps.get_model("wagtailcore", "Locale"),
        apps.get_model("wagtailcore", "Revision"),
    }

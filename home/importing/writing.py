"""Does what the plan says. Each step is a transaction of its own: a run that was killed is simply
repeated."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.documents.models import AbstractDocument
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import DraftStateMixin, Locale, Page, RevisionMixin, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.models import HomePage

from .building import Builder
from .checking import Checker, is_draft
from .kinds import PAGE, SETTINGS
from .nodes import Text
from .planning import Action, Item, Plan
from .references import HOME, reference
from .state import entry_state, page_state, remember
from .translating import translate

# What treebeard changes behind the back of a page in memory.
TREE = ["path", "depth", "numchild", "url_path"]

Progress = Callable[[Item], None]


class Writer:
    """Writes a plan that has no problems."""

    def __init__(self, plan: Plan, latvian: Locale, english: Locale, progress: Progress) -> None:
        self.plan, self.progress = plan, progress
        self.latvian_locale, self.english_locale = latvian, english
        self.checker = Checker(plan, latvian)

    def write(self) -> None:
        entries = [item for item in self.plan.entries if item.is_wanted]
        first = [item for item in entries if not _needs_pages(item)]
        for item in _in_order(first):
            self.entry(item)
        # Pages may point at each other in circles, so all of them are begun before one is filled.
        for item in self.plan.latvian:
            if item.action is Action.CREATE:
                self.begin(item)
        for item in _in_order([item for item in entries if _needs_pages(item)]):
            self.entry(item)
        for item in self.plan.latvian:
            if item.is_wanted:
                self.latvian(item)
        for item in self.plan.english:
            if item.is_wanted:
                self.english(item)

    def filled(self, item: Item) -> Builder:
        """Fill the item's object anew, now that what it points at has been saved."""
        builder = self.checker.fill(item)
        if self.plan.problems:
            raise AssertionError(self.plan.problems.sorted())
        return builder

    # Everything that is no page

    @transaction.atomic
    def entry(self, item: Item) -> None:
        instance = item.instance
        builder = self.filled(item)
        if item.key.startswith(f"{SETTINGS}:"):
            instance.site = Site.objects.get(is_default_site=True)
        self.save(instance, builder)
        # As the database gives it back: a decimal has its places then.
        saved = type(instance)._default_manager.get(pk=instance.pk)
        remember(item.key, "", instance, source_hash=item.hash, state_hash=entry_state(saved))
        self.progress(item)

    def save(self, instance: Any, builder: Builder) -> None:
        instance.full_clean()
        has_file = isinstance(instance, (AbstractImage, AbstractDocument))
        if has_file and not instance.file._committed:
            renew_file(instance)
        instance.save()
        for owner, name, values in builder.later:
            getattr(owner, name).set(values)
        if isinstance(instance, RevisionMixin):
            revision = instance.save_revision()
            if isinstance(instance, DraftStateMixin):
                revision.publish()

    # Pages in Latvian

    @transaction.atomic
    def begin(self, item: Item) -> None:
        """Put an unpublished page in its place, with nothing in it but its name."""
        page = begun(item.instance, self.latvian_locale)
        # The index of references follows when the page is published.
        with disable_reference_index_auto_update():
            if item.parent is None:
                add_home(page)
            else:
                self.put(page, item)
        item.instance = page
        self.plan.references.objects[item.key] = page
        remember(item.key, "lv", page)

    def put(self, page: Page, item: Item) -> None:
        """Below its parent, and behind the neighbour that comes before it in the files."""
        parent = Page.objects.get(pk=item.above.instance.pk)
        before = self.neighbour(item)
        parent.add_child(instance=page)
        if before is not None:
            move_behind(page, before)

    def neighbour(self, item: Item) -> Page | None:
        siblings = [other for other in self.plan.latvian if other.parent is item.parent]
        for other in reversed(siblings[: siblings.index(item)]):
            if other.instance is not None and other.instance.pk:
                return Page.objects.filter(pk=other.instance.pk).first()
        return None

    @transaction.atomic
    def latvian(self, item: Item) -> None:
        page = item.instance
        # Other pages have been put beside and below it since.
        page.refresh_from_db(fields=TREE)
        builder = self.filled(item)
        publish(page, item, builder, draft=is_draft(item.record))
        self.finish(item, "lv", page)

    @transaction.atomic
    def english(self, item: Item) -> None:
        source = item.above.instance
        latvian = type(source).objects.get(pk=source.pk)
        twin, builder = self.checker.twin(item)
        for owner, name, values in builder.later:
            getattr(owner, name).set(values)
        with disable_reference_index_auto_update():
            page = translate(latvian, twin, self.english_locale)
            before = latvian.get_prev_sibling()
            neighbour = before and before.get_translation_or_none(self.english_locale)
            # Home pages stand side by side.
            if item.action is Action.CREATE and neighbour and page.depth > 2:
                move_behind(page, neighbour)
        date = latvian.first_published_at
        type(page).objects.filter(pk=page.pk).update(first_published_at=date)
        if not is_draft(item.record) and not is_draft(item.above.record):
            page.first_published_at = date
            revision = page.latest_revision
            if revision is not None:
                revision.publish()
        self.finish(item, "en", type(page).objects.get(pk=page.pk))

    def finish(self, item: Item, language: str, page: Page) -> None:
        saved = type(page).objects.get(pk=page.pk)
        remember(item.key, language, page, source_hash=item.hash, state_hash=page_state(saved))
        self.progress(item)


def move_behind(page: Page, neighbour: Page) -> None:
    """Pages stand in the order of the files, in both languages."""
    if page.get_parent() == neighbour.get_parent() and page.get_prev_sibling() != neighbour:
        page.move(neighbour, pos="right")
        page.refresh_from_db(fields=TREE)


def begun(filled: Page, locale: Locale) -> Page:
    """An unpublished page with the name of another, and what the database insists on."""
    model = type(filled)
    page = model(
        title=filled.title,
        slug=filled.slug,
        show_in_menus=filled.show_in_menus,
        locale=locale,
        live=False,
    )
    for field in model._meta.local_concrete_fields:
        if isinstance(field, StreamField):
            setattr(page, field.name, [])
        elif not field.primary_key and (not field.is_relation or not field.null):
            setattr(page, field.attname, getattr(filled, field.attname))
    return page


def renew_file(instance: Any) -> None:
    """Bring up to date what was known of the file before."""
    is_document = isinstance(instance, AbstractDocument)
    if is_document:
        instance._set_document_file_metadata()
        return
    instance._set_image_file_metadata()
    if instance.pk:
        instance.renditions.all().delete()


def publish(page: Page, item: Item, builder: Builder, *, draft: bool) -> None:
    """Write a new version of the page and, unless it is a draft, publish it."""
    for owner, name, values in builder.later:
        getattr(owner, name).set(values)
    date = published_at(item)
    if date:
        page.first_published_at = date
        type(page).objects.filter(pk=page.pk).update(first_published_at=date)
    revision = page.save_revision()
    if draft:
        # The draft shows in the admin under its name and with its content.
        if not page.live:
            page.save(clean=False)
        return
    revision.publish()


def published_at(item: Item) -> datetime.datetime | None:
    """Noon of the day that the file names."""
    node: Any = item.record.entries.get("published") or item.record.entries.get("published_on")
    if not isinstance(node, Text):
        return None
    day = datetime.date.fromisoformat(node.text.strip())
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def add_home(page: Page) -> None:
    """Begin a new site, in place of Wagtail's own welcome page."""
    root = Page.objects.get(depth=1)
    welcome = root.get_children().filter(content_type__model="page", numchild=0).first()
    if welcome is not None and welcome.slug == "home":
        # Its slug would stand in the way of the English home page.
        Page.objects.filter(pk=welcome.pk).update(slug="welcome-to-wagtail")
    root.add_child(instance=page)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname="localhost", is_default_site=True, root_page=Page.objects.get(pk=page.pk)
        )
    elif not isinstance(site.root_page.specific, HomePage):
        site.root_page = Page.objects.get(pk=page.pk)
        site.save()
    if welcome is not None:
        Page.objects.get(pk=welcome.pk).delete()


def _needs_pages(item: Item) -> bool:
    return item.key.startswith(f"{SETTINGS}:") or any(
        key.startswith(f"{PAGE}:") for key in item.uses
    )


def _in_order(items: list[Item]) -> list[Item]:
    """What is referred to comes first."""
    waiting = {item.key: item for item in items}
    found: list[Item] = []

    def visit(item: Item) -> None:
        if waiting.pop(item.key, None) is None:
            return
        for key in sorted(item.uses):
            if key in waiting:
                visit(waiting[key])
        found.append(item)

    for item in items:
        visit(item)
    return found


__all__ = ["HOME", "Writer", "add_home", "published_at", "reference"]

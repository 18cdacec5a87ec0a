"""Who tells that something pages show has changed: signals of the models that pages show.

Signals are not sent by `QuerySet.update`, `bulk_create` and SQL: who uses these on what pages show
calls `changed`.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone
from wagtail.contrib.forms.models import AbstractFormSubmission
from wagtail.images.models import AbstractRendition
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from .making import is_being_made
from .parts import EVERYTHING, parental_keys, parts_of
from .stamps import Group, Subject, announce

# Everything in these apps is taken to be shown, unless the model says `shown_on_pages = False`:
# to forget saying it costs time; to forget the opposite would show old pages.
SHOWN_APPS = {"core", "home", "projects", "blog"}
# Of other apps pages show only their page types, with their rows, and these.
SHOWN_MODELS = {
    "donations.campaign": Group.CONTENT,
    "donations.donationtexts": Group.CONTENT,
    "donations.fund": Group.CONTENT,
    "donations.ledgerentry": Group.GIVING,
    "fostering.supportcentre": Group.CONTENT,
    "taggit.tag": Group.CONTENT,
    "wagtailcore.collectionviewrestriction": Group.CONTENT,
    "wagtailcore.locale": Group.CONTENT,
    "wagtailcore.pageviewrestriction": Group.CONTENT,
    "wagtailcore.site": Group.CONTENT,
    "wagtailredirects.redirect": Group.CONTENT,
}
# Written when a draft is saved, a schedule set, a page locked, or a file measured.
UNSEEN_FIELDS = {
    "approved_schedule",
    "draft_title",
    "expire_at",
    "file_hash",
    "file_size",
    "go_live_at",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "locked",
    "locked_at",
    "locked_by",
    "wagtail_admin_comments",
}
# Renditions are made by the first to show them, which changes nothing that is shown. What is sent
# with a form is nobody's to see.
NEVER_SHOWN = (AbstractRendition, AbstractFormSubmission)
# How long a change is remembered: far longer than any page is kept.
REMEMBERED = timedelta(hours=2)
# Where in a transaction's list of things to do we look for an announcement of our own.
LOOK_BACK = 50

# One for each subject, by which it is known again: there are as many as page types.
_announcements: dict[Subject, Callable[[], None]] = {}
_table_is_there = False


def changed(group: Group, part: str = EVERYTHING) -> None:
    """Tell all processes, together with the change itself, that pages showing this are outdated,
    and what they have looked up of this part of the content.

    To be called after the change, in its transaction if there is one.
    """
    from .models import SiteChange

    announcement = _announcement(Subject(group, part))
    enough = (announcement, _announcement(Subject(group)))
    # Once for each transaction is enough. What a savepoint takes back leaves this list as well.
    waiting = connection.run_on_commit[-LOOK_BACK:]
    if any(entry[1] in enough for entry in waiting) or not _can_record():
        return
    SiteChange.objects.create(group=group, part=part)
    transaction.on_commit(announcement)


def _announcement(subject: Subject) -> Callable[[], None]:
    return _announcements.setdefault(subject, partial(announce))


def _can_record() -> bool:
    """Whether the log exists: other apps' migrations, which may save pages, can run before ours."""
    global _table_is_there  # noqa: PLW0603  asked once for each process
    if not _table_is_there:
        from .models import SiteChange

        _table_is_there = SiteChange._meta.db_table in connection.introspection.table_names()
    return _table_is_there


def group_of(model: type[models.Model]) -> Group | None:
    """The kind of data that the model's rows are, or None when no page shows them."""
    if not getattr(model, "shown_on_pages", True) or issubclass(model, NEVER_SHOWN):
        return None
    if group := SHOWN_MODELS.get(model._meta.label_lower):
        return group
    if issubclass(model, Page) or model._meta.app_label in SHOWN_APPS:
        return Group.CONTENT
    is_ours = not model.__module__.startswith(("wagtail", "django", "taggit"))
    return Group.CONTENT if is_ours and _belongs_to_a_page(model) else None


def _belongs_to_a_page(model: type[models.Model]) -> bool:
    parents = (field.remote_field.model for field in parental_keys(model))
    return any(isinstance(parent, type) and issubclass(parent, Page) for parent in parents)


def watch() -> None:
    """Connect the signals. Each model by itself: the models of a migration are not the same."""
    for model in apps.get_models():
        group = group_of(model)
        if group is None:
            continue
        name = f"page_cache.{model._meta.label_lower}"
        post_save.connect(_saved, sender=model, dispatch_uid=name)
        post_delete.connect(_removed, sender=model, dispatch_uid=name)
        for field in model._meta.many_to_many:
            through = getattr(field.remote_field, "through", None)
            m2m_changed.connect(_related, sender=through, dispatch_uid=f"{name}.{field.name}")
    for signal in (page_published, page_unpublished):
        signal.connect(_published_or_not, dispatch_uid="page_cache")
    post_page_move.connect(_moved, dispatch_uid="page_cache")


def _saved(
    sender: type[models.Model],
    instance: models.Model,
    created: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    if update_fields is not None and UNSEEN_FIELDS.issuperset(update_fields):
        return
    # A new draft was never seen.
    if created and not getattr(instance, "live", True):
        return
    _tell(instance)


def _removed(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    # What was published once may still be named by settings; the database takes that back itself.
    if getattr(instance, "live", True) or getattr(instance, "first_published_at", None):
        _tell(instance)


def _related(
    sender: type[models.Model], instance: models.Model, action: str, **kwargs: Any
) -> None:
    if action.startswith("post_"):
        changed(Group.CONTENT)


def _published_or_not(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    for part in parts_of(instance):
        changed(Group.CONTENT, part)


def _moved(sender: type[Page], **kwargs: Any) -> None:
    # With the addresses of all pages below it.
    changed(Group.CONTENT)


def _tell(row: models.Model) -> None:
    # What is written down while a page is made follows from what is shown, and changes nothing.
    if is_being_made():
        return
    group = group_of(type(row))
    if group == Group.CONTENT:
        for part in parts_of(row):
            changed(group, part)
    elif group:
        changed(group)


def forget_old_changes() -> int:
    """Delete what every process has long taken note of, but for the newest change of each subject,
    so that a stamp never becomes again what it once was. Returns the number deleted."""
    from .models import SiteChange

    newest = SiteChange.objects.values("group", "part").annotate(newest=models.Max("pk"))
    old = SiteChange.objects.filter(at__lt=timezone.now() - REMEMBERED)
    count, _by_model = old.exclude(pk__in=[row["newest"] for row in newest]).delete()
    return count

"""Communications write, schedule, translate and publish every kind of page, and nothing else."""

import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, Site, get_page_models
from wagtail.snippets.models import get_snippet_models

from home.models import HomePage, StandardPage
from sosbca.core.models import BasePage
from tests.home.admin_forms import filled, problems

DAY = datetime.date(2026, 5, 4)
# What each kind needs beside its title.
NEEDED: dict[str, dict[str, Any]] = {
    "eventpage": {
        "starts_at": "2026-05-04 10:00",
        "ends_at": "2026-05-04 12:00",
        "town": "riga",
    },
    "servicepage": {"audience": "Ģimenēm", "needs": ["newborn"]},
    "placepage": {"kind": "village", "town": "islice"},
    "programmepage": {"aim": "Saite ar bērnu"},
    "publicationpage": {"kind": "book", "published_on": "2026-05-04"},
    "projectpage": {"aim": "Mērķis", "starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    "formpage": {"thanks_heading": "Paldies!"},
}
KINDS = sorted(
    (model for model in get_page_models() if issubclass(model, BasePage)),
    key=lambda model: model._meta.label,
)
IDS = [model._meta.model_name for model in KINDS]


def sign_in(client: Client, group: str) -> Client:
    user = get_user_model().objects.create_user(group.lower(), email=f"{group}@example.org")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


def parent_for(model: type[Page], home: Page) -> Page:
    """A published page under which the kind may stand."""
    allowed = model.allowed_parent_page_models()
    if HomePage in allowed:
        return home
    kind = next(parent for parent in allowed if issubclass(parent, BasePage))
    needed = NEEDED.get(str(kind._meta.model_name), {})
    above = parent_for(kind, home)
    page = kind(title="Augstāk", slug=f"virs-{model._meta.model_name}", locale=home.locale)
    for name, value in needed.items():
        setattr(page, name, value)
    above.add_child(instance=page)
    return page


def add_form(client: Client, model: type[Page], parent: Page) -> tuple[str, dict[str, Any]]:
    meta = model._meta
    address = reverse("wagtailadmin_pages:add", args=[meta.app_label, meta.model_name, parent.pk])
    needed = NEEDED.get(str(meta.model_name), {})
    form = filled(client, address, title="Jauna lapa", slug="jauna-lapa", **needed)
    # A row that must be there and is offered empty.
    for name in list(form):
        if name.endswith("-amount_cents"):
            form[name] = "15"
        if name.startswith("questions-0-"):
            form.update({"questions-0-question": "Kas?", "questions-0-answer": ANSWER})
    return address, form


ANSWER = (
    '{"blocks":[{"key":"a","text":"Tas.","type":"unstyled","depth":0,'
    '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}'
)


@pytest.mark.parametrize("model", KINDS, ids=IDS)
def test_every_kind_of_page_is_written_scheduled_translated_and_published(
    site: Site, client: Client, model: type[Page]
) -> None:
    sign_in(client, "Communications")
    home = site.root_page
    if model is HomePage:
        page = home.specific
    else:
        address, form = add_form(client, model, parent_for(model, home))
        response = client.post(address, form)
        assert response.status_code == 302, problems(response)
        page = model.objects.get(slug="jauna-lapa", locale=home.locale)
        assert not page.live

    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    future = timezone.localtime() + datetime.timedelta(days=3)
    schedule = {
        "go_live_at": f"{future:%Y-%m-%d %H:%M}",
        "expire_at": f"{future + datetime.timedelta(days=9):%Y-%m-%d %H:%M}",
        "action-publish": "1",
    }
    response = client.post(edit, filled(client, edit, **schedule))
    assert response.status_code == 302, problems(response)
    scheduled = model.objects.get(pk=page.pk).get_latest_revision()
    assert scheduled.approved_go_live_at is not None

    response = client.post(
        reverse("wagtailadmin_pages:revisions_unschedule", args=[page.pk, scheduled.pk])
    )
    assert response.status_code == 302
    now = {"go_live_at": "", "expire_at": "", "action-publish": "1"}
    response = client.post(edit, filled(client, edit, **now))
    assert response.status_code == 302, problems(response)
    page = model.objects.get(pk=page.pk)
    assert page.live
    assert client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200

    if model is HomePage:
        return
    for ancestor in page.get_ancestors().filter(depth__gt=2):
        translate(client, ancestor)
    english = translate(client, page)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[english.pk]), {"action": "publish"}
    )
    assert response.status_code == 302
    assert english.locale.language_code == "en"


def translate(client: Client, page: Page) -> Page:
    english = Locale.objects.get(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert client.post(address, {"locales": [english.pk]}).status_code == 302
    return page.get_translation(english)


@pytest.mark.parametrize("model", get_snippet_models(), ids=lambda model: model._meta.model_name)
def test_every_snippet_of_content_is_theirs(site: Site, client: Client, model: type[Any]) -> None:
    sign_in(client, "Communications")
    viewset = model.snippet_viewset
    # Funds are finance's; support centres and the words of their e-mails are recruitment's.
    allowed = model._meta.app_label not in {"donations", "fostering"}
    for name in ("list", "add"):
        status = client.get(reverse(viewset.get_url_name(name))).status_code
        assert (status == 200) is allowed, (name, status)


@pytest.mark.parametrize("model", KINDS, ids=IDS)
@pytest.mark.parametrize("group", ["Finance", "Recruitment", "Recruitment leads", "Reviewers"])
def test_nobody_else_adds_pages(site: Site, client: Client, model: type[Page], group: str) -> None:
    parent = site.root_page if model is HomePage else parent_for(model, site.root_page)
    sign_in(client, group)
    meta = model._meta
    address = reverse("wagtailadmin_pages:add", args=[meta.app_label, meta.model_name, parent.pk])
    assert client.get(address).status_code == 302
    assert client.post(address, {"title": "x", "slug": "x"}).status_code == 302
    assert not Page.objects.filter(slug="x").exists()


def test_they_delete_what_has_nothing_below_it(site: Site, client: Client) -> None:
    """A page without subpages, published or not; a whole part of the site only administrators."""
    sign_in(client, "Communications")
    leaf = Page.objects.get(slug="par-mums")
    client.post(reverse("wagtailadmin_pages:delete", args=[leaf.pk]))
    assert not Page.objects.filter(pk=leaf.pk).exists()
    home = site.root_page
    assert client.post(reverse("wagtailadmin_pages:delete", args=[home.pk])).status_code == 302
    assert Page.objects.filter(pk=home.pk).exists()


def test_nobody_approves_their_own_work(site: Site) -> None:
    """A reviewer may mend a page, but somebody else lets it out."""
    page = StandardPage.objects.get(slug="par-mums")
    author, other = (
        get_user_model().objects.create_user(name) for name in ("reviewer-1", "reviewer-2")
    )
    for user in (author, other):
        user.groups.add(Group.objects.get(name="Reviewers"))
    page.title = "Mana versija"
    page.save_revision(user=author)
    workflow: Any = page.get_workflow()
    state = workflow.start(page, author)
    with pytest.raises(PermissionDenied), transaction.atomic():
        state.current_task_state.approve(user=author)
    assert StandardPage.objects.get(pk=page.pk).title == "Par mums"
    state.refresh_from_db()
    state.current_task_state.approve(user=other)
    assert StandardPage.objects.get(pk=page.pk).title == "Mana versija"

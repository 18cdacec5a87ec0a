"""The groups of staff: least privilege, and no permission that means nothing."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import Page, Site

from donations.models import Donor
from sosbca.users.groups import GROUPS, write_groups
from tests.donations.staff import OTHER_GROUPS

pytestmark = pytest.mark.django_db


def label(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def sign_in(client: Client, group: str) -> Client:
    user = get_user_model().objects.create_user(group.lower())
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


def is_refused(client: Client, address: str) -> bool:
    """The admin sends who may not enter to its front door."""
    response = client.get(address)
    return response.status_code == 403 or (
        response.status_code == 302 and response["Location"] in {"/admin/", "/admin"}
    )


# --- What the migration wrote --------------------------------------------------------------------


def test_there_are_no_other_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_each_group_has_exactly_its_permissions(name: str) -> None:
    group, duties = Group.objects.get(name=name), GROUPS[name]
    assert set(map(label, group.permissions.all())) == set(duties.permissions)
    assert sorted(label(row.permission) for row in group.page_permissions.all()) == sorted(
        f"wagtailcore.{codename}" for codename in duties.page_permissions
    )
    assert {row.page.depth for row in group.page_permissions.all()} <= {1}
    assert sorted(label(row.permission) for row in group.collection_permissions.all()) == sorted(
        duties.collection_permissions
    )
    assert {row.collection.depth for row in group.collection_permissions.all()} <= {1}


def test_every_permission_is_one_that_a_model_declares() -> None:
    """A mistyped name would make a permission that nothing ever asks for."""
    declared = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models(include_auto_created=True)
        for codename in (
            *(f"{action}_{model._meta.model_name}" for action in model._meta.default_permissions),
            *(codename for codename, _name in model._meta.permissions),
        )
    }
    # These two have no model of their own; migrations of Wagtail's make them.
    declared |= {"wagtailadmin.access_admin", "wagtail_localize.submit_translation"}
    granted = {
        permission
        for duties in GROUPS.values()
        for permission in (
            *duties.permissions,
            *(f"wagtailcore.{codename}" for codename in duties.page_permissions),
            *duties.collection_permissions,
        )
    }
    assert granted - declared == set()


def test_every_permission_belongs_to_a_model() -> None:
    """Also: the migration made no content type of its own."""
    strays = [kind for kind in ContentType.objects.all() if kind.model_class() is None]
    assert [f"{kind.app_label}.{kind.model}" for kind in strays] == []


def test_permissions_have_the_names_that_django_gives_them() -> None:
    for group in Group.objects.all():
        for permission in group.permissions.select_related("content_type"):
            model = permission.content_type.model_class()
            if model is None or permission.content_type.app_label.startswith("wagtail"):
                continue
            special = dict(model._meta.permissions)
            action = permission.codename.partition("_")[0]
            expected = special.get(permission.codename) or (
                f"Can {action} {model._meta.verbose_name_raw}"
            )
            assert permission.name == expected


def test_writing_the_groups_again_changes_nothing_but_puts_right() -> None:
    communications = Group.objects.get(name="Communications")
    before = set(communications.permissions.all())
    user = get_user_model().objects.create_user("anna")
    user.groups.add(communications)
    communications.permissions.add(Permission.objects.get(codename="delete_user"))
    write_groups(apps, None)
    assert set(communications.permissions.all()) == before
    assert communications.page_permissions.count() == len(GROUPS["Communications"].page_permissions)
    assert user.groups.get() == communications


# --- What they can do with it --------------------------------------------------------------------

SETTINGS = "/admin/settings/core/organisationsettings/"
FOREIGN_TO_COMMUNICATIONS = [
    "/admin/users/",
    "/admin/users/new/",
    "/admin/groups/",
    "/admin/sites/",
    "/admin/redirects/",
    "/admin/collections/",
    "/admin/locales/",
    SETTINGS,
]


@pytest.mark.parametrize("address", FOREIGN_TO_COMMUNICATIONS)
@pytest.mark.parametrize("group", sorted(GROUPS.keys() - {"Administrators"}))
def test_only_administrators_run_the_site(
    site: Site, client: Client, group: str, address: str
) -> None:
    assert is_refused(sign_in(client, group), address)


@pytest.mark.parametrize("address", FOREIGN_TO_COMMUNICATIONS)
def test_administrators_do(site: Site, client: Client, address: str) -> None:
    response = sign_in(client, "Administrators").get(address, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain in ([], [(f"{SETTINGS}{site.pk}/", 302)])


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", *FOREIGN_TO_COMMUNICATIONS])
def test_strangers_are_asked_to_sign_in(site: Site, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def donation_addresses() -> list[str]:
    """Every address of the admin that belongs to giving, those with an object left out."""
    from django.urls import get_resolver
    from django.urls.resolvers import URLPattern, URLResolver

    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
                continue
            module = getattr(pattern.callback, "__module__", "")
            view_class = getattr(pattern.callback, "view_class", None)
            model = str(getattr(pattern.callback, "view_initkwargs", {}).get("model", ""))
            names = (module, getattr(view_class, "__module__", ""), model)
            if any("donations." in name for name in names) and "<" not in route:
                found.append("/" + route.replace("^", "").replace("$", ""))

    walk(get_resolver().url_patterns, "")
    return [address for address in found if address.startswith("/admin/")]


@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_money_is_for_finance(site: Site, client: Client, group: str) -> None:
    addresses = donation_addresses()
    assert addresses, "giving has no lists in the admin"
    sign_in(client, group)
    assert [address for address in addresses if not is_refused(client, address)] == []


@pytest.mark.parametrize(
    ("group", "sees"), [("Finance", True), *((group, False) for group in OTHER_GROUPS)]
)
def test_the_site_history_tells_nothing_of_donors(
    site: Site, client: Client, group: str, sees: bool
) -> None:
    donor = Donor.objects.create(kind="person", name="Anna Bērziņa", email="anna@example.org")
    log(donor, "wagtail.edit")
    response = sign_in(client, group).get("/admin/reports/site-history/")
    assert ("Anna Bērziņa" in response.content.decode()) is sees


def test_finance_changes_no_page(site: Site, client: Client) -> None:
    sign_in(client, "Finance")
    page = Page.objects.get(slug="par-mums")
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:add_subpage", args=[page.pk]),
        reverse("wagtailimages:add"),
        reverse("wagtaildocs:add"),
    ):
        assert is_refused(client, address), address


def test_communications_add_and_publish_a_page(site: Site, client: Client) -> None:
    sign_in(client, "Communications")
    home = site.root_page
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", home.pk])
    assert client.get(address).status_code == 200
    form = {
        "title": "Jaunumi",
        "slug": "jaunumi",
        "introduction": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    response = client.post(address, form)
    assert response.status_code == 302, response.context["form"].errors
    page = Page.objects.get(slug="jaunumi")
    assert page.live
    assert client.get("/jaunumi/").status_code == 200

    response = client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert response.status_code == 302
    assert client.get("/jaunumi/").status_code == 404


@pytest.mark.parametrize(
    "name", ["wagtailimages:index", "wagtailimages:add", "wagtaildocs:index", "wagtaildocs:add"]
)
def test_communications_have_pictures_and_documents(site: Site, client: Client, name: str) -> None:
    assert sign_in(client, "Communications").get(reverse(name)).status_code == 200


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_everybody_has_a_front_page(site: Site, client: Client, group: str) -> None:
    assert sign_in(client, group).get("/admin/").status_code == 200


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_migration_waits_for_all_that_give_permissions_to_every_group() -> None:
    """Wagtail's migrations hand new permissions to all groups there are, so they come first."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    ours = ("home", "0002_staff_groups")
    before = set(loader.graph.forwards_plan(ours))
    for node in loader.graph.nodes:
        source = Path(
            str(__import__("sys").modules[loader.get_migration(*node).__module__].__file__)
        )
        text = source.read_text(encoding="utf-8")
        if node[0].startswith("wagtail") and "Permission" in text and "RunPython" in text:
            assert node in before, node

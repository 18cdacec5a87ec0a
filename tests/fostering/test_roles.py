"""Every address of fostering, by every role: who gets in, and that nobody else learns of a case.

Addresses are taken from the resolver: a new one fails here until it is said who may come.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver, reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import ModelLogEntry, ReferenceIndex, Site

from fostering.models import (
    Case,
    CaseAccess,
    CaseEvent,
    CaseFile,
    CaseMail,
    CaseTask,
    DraftAccess,
    Enquiry,
    EnquiryDraft,
    OutgoingMail,
)
from fostering.services import access
from sosbca.users.models import User
from tests.fostering.enquiries import NAME
from tests.fostering.full_cases import SECRETS
from tests.fostering.private_files import own_files
from tests.fostering.roles import (
    ADMINISTRATORS,
    ASKED_WHY,
    COMMUNICATIONS,
    EVERYBODY,
    FINANCE,
    LEAD,
    LEADS,
    OF_THE_CASE,
    OTHER,
    PUBLIC,
    RECRUITMENT,
    REVIEWERS,
    ROLES,
    SIGN_UPS,
    SUPERUSER,
    WHO,
    World,
    content,
    is_let_in,
    made_world,
    routes,
    traces,
)


@pytest.fixture
def world(site: Site, settings: Any, tmp_path: Path) -> World:
    own_files(settings, tmp_path)
    return made_world()


# --- Addresses ------------------------------------------------------------------------------------


def test_every_address_says_who_may_come() -> None:
    found = {name for name, _takes in routes()}
    said = {name for name in WHO if " " not in name}
    assert found == said


@pytest.mark.parametrize("role", ROLES)
def test_who_gets_in(world: World, role: str) -> None:
    client = world.clients[role]
    wrong = []
    for name, address in world.addresses.items():
        if WHO[name] is PUBLIC:
            continue
        answer = client.get(address)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer = client.post(address)
        let_in = is_let_in(answer)
        if role == SUPERUSER and WHO[name] is ASKED_WHY:
            case_page = world.addresses["fostering_cases:inspect"]
            let_in = answer.status_code != 200 and answer.headers.get("Location") != case_page
            let_in = let_in and is_let_in(answer)
        if let_in != (role in WHO[name]):
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY - OF_THE_CASE))
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_learns_or_changes_anything(world: World, role: str, method: str) -> None:
    """At any address, with anything sent along; and looking leaves no trace of a look."""
    client, before = world.clients[role], traces()
    sent_along = {"q": "x", "reason": "", "other": str(world.case.pk), "export": "csv"}
    data = sent_along if method == "get" else {**sent_along, "text": "x", "send": "1"}
    for name, address in world.addresses.items():
        if name.startswith("recruitment_sign_ups:") and role in SIGN_UPS:
            continue
        if method == "post" and name.startswith("wagtail"):
            continue
        told = content(getattr(client, method)(address, data))
        for secret in SECRETS:
            assert secret not in told, (name, secret)
        if WHO[name] in {OF_THE_CASE, LEADS} and role != SUPERUSER:
            assert world.reference not in told, name
    assert traces() == before


def test_a_superuser_who_says_why_sees_the_case_and_no_list(world: World) -> None:
    client, case_page = world.clients[SUPERUSER], world.addresses["fostering_cases:inspect"]
    access.say_why(User.objects.get(username="root"), world.case, "The centre asked for help")
    assert NAME in content(client.get(case_page))
    for name, address in world.addresses.items():
        if WHO[name] is RECRUITMENT:
            told = content(client.get(address))
            assert not any(secret in told for secret in SECRETS), name
        if WHO[name] is LEADS:
            assert not is_let_in(client.get(address)), name


# --- Everywhere else in the admin -----------------------------------------------------------------


def addresses_without_arguments() -> Iterator[str]:
    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif not any(mark in route for mark in ("<", "(", "*", "\\", "logout", "failwhale")):
                yield "/" + route

    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and str(entry.pattern) == "admin/":
            yield from walk(entry, "admin/")


@pytest.mark.parametrize(
    "role", [COMMUNICATIONS, REVIEWERS, FINANCE, ADMINISTRATORS, SUPERUSER, OTHER]
)
def test_no_page_search_or_report_of_the_admin_tells_of_a_case(world: World, role: str) -> None:
    """Every address of the admin that needs no argument, asked for the name."""
    client, seen = world.clients[role], 0
    for address in addresses_without_arguments():
        answer = client.get(address, {"q": NAME})
        if answer.status_code != 200:
            continue
        seen += 1
        told = content(answer)
        # The search field repeats the name; nothing repeats these.
        for secret in (*SECRETS[1:], world.reference):
            assert secret not in told, (address, secret)
    assert seen > 5


@pytest.mark.parametrize("role", [ADMINISTRATORS, SUPERUSER])
def test_pages_of_users_tell_of_no_case(world: World, role: str) -> None:
    """Somebody looks after the case, noted and sent things: nothing of it stands at the person."""
    user = User.objects.get(username="a")
    for tail in ("", "delete/", "history/"):
        told = content(world.clients[role].get(f"/admin/users/{user.pk}/{tail}"))
        for secret in (*SECRETS, world.reference):
            assert secret not in told, tail


def test_deleting_a_member_of_staff_keeps_the_case(world: World) -> None:
    User.objects.get(username="a").delete()
    case = Case.objects.get(pk=world.case.pk)
    assert case.assignee is None
    assert case.events.filter(kind="note").count() == 1


def test_the_centres_own_pages_tell_of_no_case(world: World) -> None:
    """Where it is used, and what deleting it would take along: for leads too."""
    for name, address in world.addresses.items():
        if name.startswith("wagtailsnippets_fostering_supportcentre"):
            for role in (SUPERUSER, LEAD):
                told = content(world.clients[role].get(address))
                for secret in (*SECRETS, world.reference):
                    assert secret not in told, (name, role)


CASE_MODELS = (
    Case,
    CaseAccess,
    CaseEvent,
    CaseFile,
    CaseMail,
    CaseTask,
    DraftAccess,
    Enquiry,
    EnquiryDraft,
    OutgoingMail,
)


@pytest.mark.parametrize("model", CASE_MODELS)
def test_wagtail_knows_no_way_to_a_record(world: World, model: Any) -> None:
    """No index of references or search, no log entry, no address for editing or many at once."""
    assert not ReferenceIndex.is_indexed(model)
    assert not hasattr(model, "search_fields")
    assert not ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model)
    ).exists()
    row = model._default_manager.first() or model(pk=1)
    label, name = model._meta.app_label, model._meta.model_name
    root = world.clients[SUPERUSER]
    if model is not Case:
        assert AdminURLFinder(User.objects.get(username="root")).get_edit_url(row) is None
    bulk = reverse("wagtail_bulk_action", args=[label, name, "delete"])
    assert root.get(bulk, {"id": row.pk}).status_code == 404
    ping = reverse("wagtailadmin_editing_sessions:ping", args=[label, name, row.pk, 1])
    assert root.post(ping).status_code == 404


def test_every_model_of_cases_is_looked_at() -> None:
    """A new model that belongs to a case or an enquiry is named above."""
    related = {
        model
        for model in apps.get_app_config("fostering").get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model in {Case, Enquiry, EnquiryDraft}
    }
    assert related <= set(CASE_MODELS)


def test_the_log_names_nobody(world: World) -> None:
    told = " ".join(str(vars(entry)) for entry in ModelLogEntry.objects.all())
    assert not re.search("|".join(map(re.escape, SECRETS)), told)

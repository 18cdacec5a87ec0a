"""Everybody who could come to an address of fostering, and where each may go."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from fostering.models import (
    Case,
    CaseAccess,
    CaseEvent,
    CaseFile,
    CaseMail,
    CaseMailTemplate,
    CaseTask,
    OutgoingMail,
    RecruitmentSettings,
    SignUp,
)
from fostering.services import cases
from sosbca.users.models import User
from tests.fostering.enquiries import centre, sent
from tests.fostering.events import event, sign_up
from tests.fostering.full_cases import full
from tests.fostering.test_cases import member

# Roles. Two support centres: the case is of centre A.
ANONYMOUS, COMMUNICATIONS, REVIEWERS, FINANCE = (
    "anonymous",
    "Communications",
    "Reviewers",
    "Finance",
)
ADMINISTRATORS, SUPERUSER = "Administrators", "superuser"
OWN, OTHER, LEAD = "centre A", "centre B", "lead"
ROLES = (
    ANONYMOUS,
    COMMUNICATIONS,
    REVIEWERS,
    FINANCE,
    ADMINISTRATORS,
    SUPERUSER,
    OWN,
    OTHER,
    LEAD,
)
EVERYBODY = frozenset(ROLES)

# Who gets in.
PUBLIC = EVERYBODY
STAFF = EVERYBODY - {ANONYMOUS}
RECRUITMENT = frozenset({OWN, OTHER, LEAD})
OF_THE_CASE = frozenset({OWN, LEAD})
LEADS = frozenset({LEAD})
LEADS_AND_SUPERUSER = frozenset({LEAD, SUPERUSER})
SIGN_UPS = RECRUITMENT | {SUPERUSER}

WAGTAILS = ("list", "list_results", "add", "edit", "delete", "usage", "history", "history_results")
CHOOSERS = ("choose", "choose_results", "chosen", "chosen_multiple")
WHO: dict[str, frozenset[str]] = {
    # What everybody fills in.
    "fostering:enquiry": PUBLIC,
    "fostering:enquiry-question": PUBLIC,
    "fostering:enquiry-check": PUBLIC,
    "fostering:enquiry-later": PUBLIC,
    "fostering:enquiry-saved": PUBLIC,
    "fostering:enquiry-open": PUBLIC,
    "fostering:enquiry-discard": PUBLIC,
    "fostering:enquiry-sent": PUBLIC,
    "fostering:sign-up": PUBLIC,
    # Lists, with what each may see.
    "fostering_board:index": RECRUITMENT,
    "fostering_cases:index": RECRUITMENT,
    "fostering_figures:index": RECRUITMENT,
    # Leads back to the board, whether the case is another centre's or there is none.
    "fostering_board:move": RECRUITMENT,
    # One case.
    "fostering_cases:inspect": OF_THE_CASE,
    "fostering_cases:step": OF_THE_CASE,
    "fostering_cases:email": OF_THE_CASE,
    "fostering_cases:file_add": OF_THE_CASE,
    "fostering_cases:file": OF_THE_CASE,
    "fostering_cases:file_delete": OF_THE_CASE,
    "fostering_cases:copy": LEADS,
    "fostering_cases:erase": LEADS,
    # Events.
    **{
        f"recruitment_sign_ups:{name}": SIGN_UPS
        for name in (
            "index",
            "index_results",
            "inspect",
            "attendance",
            "export",
            "cancel",
            "call_off",
            "erase",
        )
    },
    # Settings, centres and templates of e-mails name nobody.
    "wagtailsettings:edit fostering.recruitmentsettings": LEADS_AND_SUPERUSER,
    **{
        f"wagtailsnippets_fostering_{model}:{name}": LEADS_AND_SUPERUSER
        for model in ("supportcentre", "casemailtemplate")
        for name in (*WAGTAILS, "copy")
    },
    # A centre that has a case is never deleted: its page only says so.
    "wagtailsnippets_fostering_supportcentre:delete": frozenset(),
    # Choosers show the names of what can be chosen to whoever works in the admin.
    **{
        f"wagtailsnippetchoosers_fostering_{model}:{name}": STAFF
        for model in ("supportcentre", "casemailtemplate")
        for name in CHOOSERS
    },
    **{
        f"wagtailsnippetchoosers_fostering_{model}:create": LEADS_AND_SUPERUSER
        for model in ("supportcentre", "casemailtemplate")
    },
}
# Where a superuser, who sees no case, is asked why before anything is shown, or sent to be asked.
ASKED_WHY = OF_THE_CASE


class World(NamedTuple):
    case: Case
    reference: str
    clients: dict[str, Client]
    addresses: dict[str, str]


def made_world() -> World:
    """A case of centre A with something of every kind in it, and somebody in every role."""
    centre_a, centre_b = centre("valmiera"), centre("riga")
    own = member("Recruitment", centre_a, name="a")
    users: dict[str, User | None] = {
        ANONYMOUS: None,
        SUPERUSER: User.objects.create_superuser("root"),
        OWN: own,
        OTHER: member("Recruitment", centre_b, name="b"),
        LEAD: member("Recruitment leads", name="lead"),
    }
    for group in (COMMUNICATIONS, REVIEWERS, FINANCE, ADMINISTRATORS):
        users[group] = member(group, name=group)
    clients = {role: Client() for role in ROLES}
    for role, user in users.items():
        if user:
            clients[role].force_login(user)
    case = cases.assign(sent().case.pk, own, by=own)
    full(case, own)
    evening = event()
    sign_up(evening, "zane")
    template = CaseMailTemplate.objects.create(
        name="x", subject_lv="a", body_lv="b", subject_en="c", body_en="d"
    )
    arguments = {
        "step": "note",
        "file_pk": case.files.get().pk,
        "sign_up_pk": evening.sign_ups.get().pk,
        "number": 1,
        "token": "x",
    }
    objects = {
        "fostering_board": case.pk,
        "fostering_cases": case.pk,
        "recruitment_sign_ups": evening.pk,
        "wagtailsnippets_fostering_supportcentre": centre_a.pk,
        "wagtailsnippetchoosers_fostering_supportcentre": centre_a.pk,
        "wagtailsnippets_fostering_casemailtemplate": template.pk,
        "wagtailsnippetchoosers_fostering_casemailtemplate": template.pk,
    }
    addresses = {}
    for name, takes in routes():
        known = {**arguments, "pk": objects.get(name.partition(":")[0])}
        addresses[name] = reverse(name, kwargs={each: known[each] for each in takes})
    settings_page = ["fostering", "recruitmentsettings"]
    addresses["wagtailsettings:edit fostering.recruitmentsettings"] = reverse(
        "wagtailsettings:edit", args=[*settings_page, RecruitmentSettings.load().pk]
    )
    return World(case, str(case), clients, addresses)


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every route of fostering by full name, and the names of what it takes."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, entry.namespace or space)
        elif _is_ours(space, entry):
            yield f"{space}:{entry.name}", list(entry.pattern.converters)


def _is_ours(space: str, entry: Any) -> bool:
    model = (getattr(entry.callback, "view_initkwargs", None) or {}).get("model")
    return (
        "fostering" in space
        or "recruitment" in space
        or entry.callback.__module__.startswith("fostering")
        or str(getattr(model, "_meta", model)).startswith("fostering.")
    )


def is_let_in(answer: Any) -> bool:
    """Not sent to the login or the admin's front door, nor told that there is nothing."""
    if answer.status_code == 302:
        return answer["Location"].partition("?")[0] not in {"/admin/", "/admin/login/"}
    return answer.status_code not in {403, 404}


def content(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def traces() -> list[tuple[Any, ...]]:
    """All that a refused step could have changed."""
    models = (Case, CaseEvent, CaseTask, CaseFile, CaseMail, CaseAccess, SignUp, OutgoingMail)
    return [tuple(model._default_manager.order_by("pk").values_list()) for model in models]

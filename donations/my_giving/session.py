"""The visit of a donor to their own page: who it is, and that it is them who sends a form.

Neither Django's session nor a staff account is used. A signed cookie holds the visit's key; what
the key is worth stands in the access link's row, so that logging out ends the visit wherever its
cookie may be. The cookie goes to the own page's addresses alone: on all other pages the donor is
an anonymous visitor, whom the page cache serves.

A form that was begun in a visit which is over is never carried out, and what was typed is not
lost: without a visit it is handed back together with the way to a new link; in a new visit it is
shown once more, to be looked over and sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, update_wrapper
from http import HTTPStatus
from typing import Concatenate, cast

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sosbca.core.encryption import digest
from sosbca.core.origin import refuse_cross_site

from ..models import AccessLink, Donor
from ..services import access
from ..views import SeeOther
from .forms import EmailForm

SALT = "donations.my_giving"
FORM_FIELD = "form_token"
# What a form carries without anybody typing it.
UNTYPED = frozenset({FORM_FIELD, "request_id"})
SAFE = ("GET", "HEAD")


@dataclass
class Visit:
    """A donor who came by a link. `is_over` says that the answer takes the cookie away; `is_new`
    that the form which was sent is of a visit before this one: it must not be carried out."""

    link: AccessLink
    key: str
    is_over: bool = False
    is_new: bool = False

    @property
    def email(self) -> str:
        return str(self.link.email)

    @cached_property
    def donors(self) -> list[Donor]:
        """Everybody who gives with this address. What they have may be seen and changed."""
        return access.donors_of(self.email)

    @cached_property
    def form_token(self) -> str:
        """What every form of this visit carries; other sites can't know it."""
        return digest(self.key, "giving-form")


def entry_address() -> str:
    return reverse("donations:my-giving")


def current(request: HttpRequest) -> Visit | None:
    """The visit that the request's cookie belongs to; None when there is none, it was ended, or
    nothing was done for ACCESS_VISIT_MINUTES."""
    for name in _cookies():
        try:
            key = TimestampSigner(salt=SALT).unsign(
                request.COOKIES.get(name, ""), max_age=settings.ACCESS_VISIT_MINUTES * 60
            )
        except BadSignature:
            continue
        link = access.visit(key)
        if link is not None:
            visit = Visit(link, key)
            return visit if visit.donors else None
    return None


def keep(response: HttpResponse, key: str) -> None:
    """Give or renew the cookie: each request begins the time of ACCESS_VISIT_MINUTES again."""
    signed = TimestampSigner(salt=SALT).sign(key)
    for name, path in _cookies().items():
        response.set_cookie(
            name,
            signed,
            max_age=settings.ACCESS_VISIT_MINUTES * 60,
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def drop(response: HttpResponse) -> None:
    for name, path in _cookies().items():
        response.delete_cookie(name, path=path, samesite="Lax")


def public[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """For a view that anybody may open: nothing cached, posts from this site alone."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        return never_cache(refuse_cross_site(require_http_methods(methods)(view)))

    return decorate


def own[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """For a view of the donor's own: who has no visit is led to the beginning.

    A view that shows a form gets it with `visit.is_new` when it is of another visit. One that only
    takes a button is not called then.
    """
    shows_form = "GET" in methods

    def decorate(
        view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visit = current(request)
            if visit is None:
                return _turned_away(request)
            visit.is_new = request.method not in SAFE and not _is_of(visit, request)
            if visit.is_new and not shows_form:
                response: HttpResponse = SeeOther(f"{entry_address()}?again=1")
            else:
                response = view(request, visit, *args, **kwargs)
            if visit.is_over:
                drop(response)
            else:
                keep(response, visit.key)
            return response

        wrapped = update_wrapper(checked, view)
        return public(*methods)(
            cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", wrapped)
        )

    return decorate


def _is_of(visit: Visit, request: HttpRequest) -> bool:
    """Whether the form that was sent is one of this visit's."""
    return constant_time_compare(request.POST.get(FORM_FIELD, ""), visit.form_token)


def _turned_away(request: HttpRequest) -> HttpResponse:
    """To the beginning; with what was typed in hand, if anything was."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    if any(value.strip() for name, value in sent if name not in UNTYPED):
        kept = [(name, value) for name, value in sent if name != FORM_FIELD]
        context = {"form": EmailForm(), "kept": kept}
        response = render(
            request,
            "donations/my_giving/interrupted.html",
            context,
            status=HTTPStatus.FORBIDDEN,
        )
    else:
        response = SeeOther(f"{entry_address()}?over=1")
    drop(response)
    return response


def _cookies() -> dict[str, str]:
    """The cookie's names with the addresses they go to. One for each language: a cookie has one
    path, and the page has an address in each."""
    prefix = "__Secure-" if settings.SESSION_COOKIE_SECURE else ""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[f"{prefix}giving-{code}"] = entry_address()
    return found

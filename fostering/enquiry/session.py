"""The visitor's way back to their draft: a signed cookie of its own with the draft's key.

It goes to the enquiry's addresses alone, so that on all other pages its owner is an anonymous
visitor, whom the page cache serves. What the key is worth stands in the database.
"""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from ..models import EnquiryDraft
from ..services import drafts

SALT = "fostering.enquiry"


def current(request: HttpRequest) -> tuple[EnquiryDraft, str] | None:
    """The draft that the request's cookie leads to, with its key; None when there is none or its
    time is over."""
    for name in _cookies():
        try:
            key = TimestampSigner(salt=SALT).unsign(
                request.COOKIES.get(name, ""), max_age=_seconds()
            )
        except BadSignature:
            continue
        draft = drafts.find(key)
        if draft is not None:
            return draft, key
    return None


def keep(response: HttpResponse, key: str) -> None:
    """Give or renew the cookie: it lives as long as the draft."""
    signed = TimestampSigner(salt=SALT).sign(key)
    for name, path in _cookies().items():
        response.set_cookie(
            name,
            signed,
            max_age=_seconds(),
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def drop(response: HttpResponse) -> None:
    """Take the cookie away."""
    for name, path in _cookies().items():
        response.delete_cookie(name, path=path, samesite="Lax")


def _seconds() -> int:
    return int(settings.ENQUIRY_DRAFT_DAYS * 24 * 60 * 60)


def _cookies() -> dict[str, str]:
    """The cookie's names with the addresses they go to. One for each language: a cookie has one
    path, and the enquiry has an address in each."""
    prefix = "__Secure-" if settings.SESSION_COOKIE_SECURE else ""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[f"{prefix}enquiry-{code}"] = reverse("fostering:enquiry")
    return found

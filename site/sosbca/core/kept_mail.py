"""Development keeps its messages as files and shows them. Never used in production."""

import email
import email.policy
import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage as OutgoingMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

SHOWN = 200


class KeepingBackend(BaseEmailBackend):
    """Writes each message to one file, named by its Message-ID: like a mailbox, it keeps a
    message once, however often it is handed over."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages: Sequence[OutgoingMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for outgoing in email_messages:
            message = outgoing.message()
            name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
            (self.folder / f"{name}.eml").write_bytes(message.as_bytes())
        return len(email_messages)


def _folder() -> Path:
    return Path(settings.MAILERS["default"]["OPTIONS"]["file_path"])


def _read(name: str) -> EmailMessage:
    path = _folder() / name
    if path.parent != _folder() or not path.is_file():
        raise Http404
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _headers(message: EmailMessage) -> dict[str, str]:
    return {name: str(message[name] or "") for name in ("subject", "from", "to", "date")}


def _part(name: str, number: int) -> EmailMessage:
    parts = [part for part in _read(name).walk() if not part.is_multipart()]
    if number >= len(parts):
        raise Http404
    return parts[number]


def listing(request: HttpRequest) -> HttpResponse:
    files = sorted(_folder().glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    messages = [(file.name, _headers(_read(file.name))) for file in files[:SHOWN]]
    return render(request, "dev/mail_list.html", {"messages": messages})


def message(request: HttpRequest, name: str) -> HttpResponse:
    opened = _read(name)
    parts = [
        (number, part.get_content_type(), part.get_filename())
        for number, part in enumerate(part for part in opened.walk() if not part.is_multipart())
    ]
    return render(
        request, "dev/mail_detail.html", {"message": _headers(opened), "name": name, "parts": parts}
    )


@csp_override({"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE], "img-src": [CSP.SELF]})
def part(request: HttpRequest, name: str, part: int) -> HttpResponse:
    found = _part(name, part)
    content = found.get_payload(decode=True)
    charset = found.get_content_charset("utf-8")
    content_type = found.get_content_type()
    if found.get_content_maintype() == "text":
        content_type = f"{content_type}; charset={charset}"
    return HttpResponse(content if isinstance(content, bytes) else b"", content_type=content_type)

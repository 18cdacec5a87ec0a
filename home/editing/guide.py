"""The guides of editors and of recruitment: written in Markdown in `docs`, read in the admin."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from markdown_it import MarkdownIt
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permissions import policy_registry  # type: ignore[attr-defined]

from fostering.services import access

DOCS = Path(settings.BASE_DIR) / "docs"
FOLDER = DOCS / "editors"
PICTURE = re.compile(r"[a-z0-9-]+\.png")
LANGUAGES = ("lv", "en")


@dataclass(frozen=True, slots=True)
class Chapter:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    title: str
    chapters: tuple[Chapter, ...]
    html: SafeString


def is_for(user: Any) -> bool:
    """The guide is for those who work on pages."""
    policy = policy_registry.get_by_type(Page)
    allowed: bool = policy.user_has_any_permission(user, ["add", "change", "publish"])
    return allowed


def is_for_recruitment(user: Any) -> bool:
    """Their guide is for those who work on cases."""
    return access.is_staff_of_cases(user)


def read_guide(language: str, folder: Path = FOLDER, address: str = "editing:guide") -> Guide:
    """The guide in a language; in English when it isn't written in it. Its pictures are below
    its address."""
    chosen = language if language in LANGUAGES else "en"
    path = folder / f"{chosen}.md"
    return _render(path.read_text(encoding="utf-8"), reverse(address))


@lru_cache(maxsize=4)
def _render(markdown: str, address: str) -> Guide:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    title, chapters = "", []
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            title = inside.content
        if token.type == "heading_open" and token.tag == "h2":
            chapter = Chapter(slugify(inside.content), inside.content)
            token.attrSet("id", chapter.anchor)
            chapters.append(chapter)
        for child in inside.children or []:
            if child.type == "image":
                child.attrSet("src", f"{address}{child.attrs['src']}")
                child.attrSet("loading", "lazy")
    # The title stands in the page's header.
    body = tokens[3:] if tokens and tokens[0].tag == "h1" else tokens
    html = parser.renderer.render(body, parser.options, {})
    # Written by ourselves, with HTML switched off.
    return Guide(title, tuple(chapters), mark_safe(html))  # noqa: S308


class GuideView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "home/editing/guide.html"
    page_title: Any = _("Editors’ guide")
    header_icon = "help"
    folder = FOLDER
    address = "editing:guide"
    is_for = staticmethod(is_for)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.is_for(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = (get_language() or "lv").split("-")[0]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "guide": read_guide(language, self.folder, self.address)}


class RecruitmentGuideView(GuideView):
    page_title: Any = _("Recruitment guide")
    folder = DOCS / "recruitment"
    address = "editing:recruitment_guide"
    is_for = staticmethod(is_for_recruitment)


def picture(
    request: HttpRequest, name: str, guide: type[GuideView] = GuideView
) -> HttpResponse | FileResponse:
    """A picture of a guide, for its readers."""
    if not guide.is_for(request.user):
        raise PermissionDenied
    path = guide.folder / "pictures" / name
    if not PICTURE.fullmatch(name) or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response

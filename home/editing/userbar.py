"""Wagtail's content checker with the rules of the house, in the editor and on the site."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

# Rules of axe-core that content can break; the rest is about templates, which tests look after.
RULES_ABOUT_CONTENT = [
    "image-alt",
    "image-redundant-alt",
    "link-in-text-block",
    "identical-links-same-purpose",
    "scope-attr-valid",
    "table-duplicate-name",
    "td-has-header",
    "th-has-data-cells",
    "video-caption",
]
NO_CAPTION = "house-table-caption"
NO_HEADINGS = "house-table-headings"


class HouseChecker(ContentCheckerItem):
    """Looks at the words of the page only: editors can't mend the header and the footer."""

    axe_include = ["main"]
    axe_run_only = [
        *(ContentCheckerItem.axe_run_only or []),
        *RULES_ABOUT_CONTENT,
        NO_CAPTION,
        NO_HEADINGS,
    ]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        {
            "id": NO_CAPTION,
            "impact": "moderate",
            "selector": "main table",
            "tags": ["best-practice"],
            "any": ["house-has-caption"],
            "enabled": True,
        },
        {
            "id": NO_HEADINGS,
            "impact": "serious",
            "selector": "main table",
            "tags": ["best-practice"],
            "any": ["house-has-headings"],
            "enabled": True,
        },
    ]
    axe_custom_checks = [
        *ContentCheckerItem.axe_custom_checks,
        {
            "id": "house-has-caption",
            "evaluate": "has-descendant-evaluate",
            "options": {"selector": "caption"},
        },
        {
            "id": "house-has-headings",
            "evaluate": "has-descendant-evaluate",
            "options": {"selector": "th"},
        },
    ]
    axe_messages = {
        **ContentCheckerItem.axe_messages,
        "image-alt": {
            "error_name": _("The picture is not described"),
            "help_text": _("Describe it in the library, or mark it as decorative"),
        },
        "image-redundant-alt": {
            "error_name": _("The description repeats the text beside the picture"),
            "help_text": _("Say what the text does not say"),
        },
        "link-in-text-block": {
            "error_name": _("The link can’t be told from the text around it"),
            "help_text": _("Give it words of its own"),
        },
        "identical-links-same-purpose": {
            "error_name": _("Links with the same words lead to different places"),
            "help_text": _("Name in each link what it leads to"),
        },
        "scope-attr-valid": {
            "error_name": _("The table’s headings are wrong"),
            "help_text": _("Choose the first row or column as headings"),
        },
        "table-duplicate-name": {
            "error_name": _("The table’s caption is there twice"),
            "help_text": _("Keep one of them"),
        },
        "td-has-header": {
            "error_name": _("A large table has cells without headings"),
            "help_text": _("Choose the first row or column as headings"),
        },
        "th-has-data-cells": {
            "error_name": _("A heading of the table belongs to no cell"),
            "help_text": _("Delete empty rows and columns"),
        },
        "video-caption": {
            "error_name": _("The film has no captions"),
            "help_text": _("Add a .vtt file to the film"),
        },
        NO_CAPTION: {
            "error_name": _("The table has no caption"),
            "help_text": _("Say in the table’s caption what it shows"),
        },
        NO_HEADINGS: {
            "error_name": _("The table has no headings"),
            "help_text": _("Choose the first row or column as headings"),
        },
    }


def use_house_checker(request: HttpRequest, items: list[Any], page: object) -> None:
    """Put the house's checker in the place of Wagtail's."""
    items[:] = [
        HouseChecker(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item
        for item in items
    ]

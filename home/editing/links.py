"""Addresses in the admin."""

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse


def snippet_edit_url(item: models.Model) -> str:
    """Where a snippet is edited. Raise NoReverseMatch for anything else."""
    viewset = getattr(item, "snippet_viewset", None)
    name = (
        viewset.get_url_name("edit")
        if viewset
        else f"wagtailsnippets_{item._meta.app_label}_{item._meta.model_name}:edit"
    )
    return reverse(name, args=[quote(item.pk)])

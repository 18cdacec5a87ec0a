"""Addresses of the enquiry. All lie below the first, where its cookie goes."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import views

urlpatterns = [
    path(pgettext_lazy("address", "enquiry/"), views.start, name="enquiry"),
    path(
        pgettext_lazy("address", "enquiry/question/<int:number>/"),
        views.question,
        name="enquiry-question",
    ),
    path(pgettext_lazy("address", "enquiry/check/"), views.check, name="enquiry-check"),
    path(pgettext_lazy("address", "enquiry/later/"), views.later, name="enquiry-later"),
    path(pgettext_lazy("address", "enquiry/link-sent/"), views.saved, name="enquiry-saved"),
    path(
        pgettext_lazy("address", "enquiry/open/<str:token>/"),
        views.open_link,
        name="enquiry-open",
    ),
    path(pgettext_lazy("address", "enquiry/erase/"), views.discard, name="enquiry-discard"),
    path(pgettext_lazy("address", "enquiry/sent/"), views.sent, name="enquiry-sent"),
]

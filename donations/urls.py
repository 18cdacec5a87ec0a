"""Addresses of giving, in the language of the path. The form itself is a page."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import views

app_name = "donations"

urlpatterns = [
    path(pgettext_lazy("address", "donate/thank-you/"), views.thanks, name="thanks"),
    path(
        pgettext_lazy("address", "donate/receipt/<str:token>/pdf/"),
        views.download_receipt,
        name="download",
    ),
    path(pgettext_lazy("address", "donate/receipt/<slug:public_id>/"), views.verify, name="verify"),
]

"""Addresses of giving, in the language of the path. The form itself is a page."""

from django.urls import include, path
from django.utils.translation import pgettext_lazy

from . import thanks, views

app_name = "donations"

urlpatterns = [
    path("", include("donations.my_giving.urls")),
    path(pgettext_lazy("address", "donate/thank-you/"), thanks.thanks, name="thanks"),
    path(
        pgettext_lazy("address", "donate/thank-you/monthly/"), thanks.make_monthly, name="monthly"
    ),
    path(pgettext_lazy("address", "donate/card/<str:token>/"), thanks.tribute_card, name="card"),
    path(
        pgettext_lazy("address", "donate/transfer/<str:token>/"), thanks.transfer, name="transfer"
    ),
    path(
        pgettext_lazy("address", "donate/receipt/<str:token>/pdf/"),
        views.download_receipt,
        name="download",
    ),
    path(pgettext_lazy("address", "donate/receipt/<slug:public_id>/"), views.verify, name="verify"),
]

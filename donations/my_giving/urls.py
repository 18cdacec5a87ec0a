"""Addresses of the donor's own page. All lie below the first, where its cookie goes."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import data_views, pledge_views, views

urlpatterns = [
    path(pgettext_lazy("address", "my-giving/"), views.entry, name="my-giving"),
    path(pgettext_lazy("address", "my-giving/sent/"), views.sent, name="my-giving-sent"),
    path(
        pgettext_lazy("address", "my-giving/open/<str:token>/"),
        views.open_link,
        name="my-giving-open",
    ),
    path(pgettext_lazy("address", "my-giving/log-out/"), views.log_out, name="my-giving-log-out"),
    path(
        pgettext_lazy("address", "my-giving/logged-out/"),
        views.logged_out,
        name="my-giving-logged-out",
    ),
    path(pgettext_lazy("address", "my-giving/gifts/"), views.gifts, name="my-giving-gifts"),
    path(
        pgettext_lazy("address", "my-giving/gifts/<int:year>/"),
        views.gifts,
        name="my-giving-year",
    ),
    path(
        pgettext_lazy("address", "my-giving/receipt/<slug:public_id>/"),
        views.receipt,
        name="my-giving-receipt",
    ),
    path(
        pgettext_lazy("address", "my-giving/statement/<slug:public_id>/"),
        views.statement,
        name="my-giving-statement",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/"),
        pledge_views.pledge,
        name="my-giving-pledge",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/change/"),
        pledge_views.change,
        name="my-giving-change",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/purpose/"),
        pledge_views.purpose,
        name="my-giving-purpose",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/card/"),
        pledge_views.card,
        name="my-giving-card",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/card/back/"),
        pledge_views.card_back,
        name="my-giving-card-back",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/pause/"),
        pledge_views.pause,
        name="my-giving-pause",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/resume/"),
        pledge_views.resume,
        name="my-giving-resume",
    ),
    path(
        pgettext_lazy("address", "my-giving/pledge/<uuid:public_id>/end/"),
        pledge_views.end,
        name="my-giving-end",
    ),
    path(
        pgettext_lazy("address", "my-giving/details/"), data_views.details, name="my-giving-details"
    ),
    path(
        pgettext_lazy("address", "my-giving/details/<int:donor_pk>/"),
        data_views.change_details,
        name="my-giving-donor",
    ),
    path(
        pgettext_lazy("address", "my-giving/details/language/"),
        data_views.language,
        name="my-giving-language",
    ),
    path(
        pgettext_lazy("address", "my-giving/details/news/"),
        data_views.consents,
        name="my-giving-consents",
    ),
    path(pgettext_lazy("address", "my-giving/data/"), data_views.data, name="my-giving-data"),
    path(
        pgettext_lazy("address", "my-giving/data/download/"),
        data_views.download,
        name="my-giving-download",
    ),
    path(
        pgettext_lazy("address", "my-giving/data/erase/"), data_views.erase, name="my-giving-erase"
    ),
    path(
        pgettext_lazy("address", "my-giving/data/erased/"),
        data_views.erased,
        name="my-giving-erased",
    ),
    path(
        pgettext_lazy("address", "my-giving/log-out-everywhere/"),
        data_views.log_out_everywhere,
        name="my-giving-log-out-everywhere",
    ),
]

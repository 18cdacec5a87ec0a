"""Addresses of fostering that are no pages, in the language of the path."""

from django.urls import include, path
from django.utils.translation import pgettext_lazy

from . import sign_up_views

app_name = "fostering"

urlpatterns = [
    path("", include("fostering.enquiry.urls")),
    path(
        pgettext_lazy("address", "sign-up/<str:token>/"), sign_up_views.own_sign_up, name="sign-up"
    ),
]

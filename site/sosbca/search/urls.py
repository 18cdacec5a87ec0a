"""The address of the search, in the language of the path."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import views

app_name = "site_search"

urlpatterns = [path(pgettext_lazy("address", "search/"), views.search, name="results")]

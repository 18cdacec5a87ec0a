"""Addresses at the root of the site, the same for both languages."""

from django.urls import path

from .llms import llms
from .manifest import manifest
from .robots import robots
from .sitemap import sitemap, sitemap_part

urlpatterns = [
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_part, name="sitemap_part"),
    path("robots.txt", robots, name="robots"),
    path("llms.txt", llms, name="llms"),
    path("manifest.webmanifest", manifest, name="manifest"),
]

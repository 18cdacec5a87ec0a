"""All addresses of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve as serve_file
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls
from wagtail.urls import serve_pattern
from wagtail.urls import urlpatterns as wagtail_urlpatterns

from donations.webhooks import stripe_webhook
from home.serving import serve as serve_page
from sosbca.core import health, kept_mail
from sosbca.core.origin import refuse_cross_site
from sosbca.core.page_cache.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(admin_urls)),
    path("documents/", include(document_urls)),
    path("stripe/webhook/", stripe_webhook, name="stripe_webhook"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/metrics", metrics, name="health_metrics"),
    path("", include("home.metadata.urls")),
]

if settings.SERVE_MEDIA:
    prefix = settings.MEDIA_URL.strip("/")
    urlpatterns += [
        path(f"{prefix}/<path:path>", serve_file, {"document_root": settings.MEDIA_ROOT})
    ]
if settings.SHOW_KEPT_MAIL:
    urlpatterns += [
        path("dev/mail/", kept_mail.listing, name="kept_mail"),
        path("dev/mail/<str:name>/", kept_mail.message, name="kept_mail_message"),
        path("dev/mail/<str:name>/<int:part>/", kept_mail.part, name="kept_mail_part"),
    ]

urlpatterns += i18n_patterns(
    path("", include("donations.urls")),
    path("", include("fostering.urls")),
    path("", include("sosbca.search.urls")),
    # Pages behind a password or login; all of Wagtail's addresses but the last, which follows.
    *wagtail_urlpatterns[:-1],
    # Wagtail's own pattern, with posts to pages checked by origin instead of a cookie's token.
    re_path(serve_pattern, refuse_cross_site(serve_page), name="wagtail_serve"),
    # What pages offer as a file: feeds and calendars. Wagtail's pattern knows no dots.
    re_path(
        r"^((?:[\w\-]+/)+[\w\-]+\.(?:atom|rss|ics))$",
        refuse_cross_site(serve_page),
        name="page_file",
    ),
    prefix_default_language=False,
)

handler400 = "sosbca.core.views.bad_request"
handler403 = "sosbca.core.views.permission_denied"
handler404 = "sosbca.core.views.page_not_found"

"""Middleware of our own. Kept to what Django and Wagtail don't offer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware import csp


class ContentSecurityPolicyMiddleware(csp.ContentSecurityPolicyMiddleware):
    """Django's policy middleware, with the looser policy that Wagtail's admin needs on /admin/."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        return super().process_response(request, response)

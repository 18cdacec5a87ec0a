"""Middleware of our own. Kept to what Django and Wagtail don't offer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import csp
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.csp import CSP


class ContentSecurityPolicyMiddleware(csp.ContentSecurityPolicyMiddleware):
    """Django's policy middleware, with the looser policy that Wagtail's admin needs on /admin/."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            # A preview has been through all middleware already, as the visitor's page it shows;
            # with that page's policy the editor could not frame it.
            response.headers.pop(str(CSP.HEADER_ENFORCE), None)
            if not hasattr(response, "_csp_config"):
                response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        return super().process_response(request, response)


class LanguageOfPathMiddleware(LocaleMiddleware):
    """Django's language middleware, for a site whose language is that of the path alone: answers
    don't claim to vary with what the browser prefers, or caches would keep one for each."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response

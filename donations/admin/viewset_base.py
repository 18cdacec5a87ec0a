"""What the sets of addresses about giving share."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.urls import URLPattern, path
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet

from .policies import may

# With the choice of columns and the remembered views.
LISTING = ["donations/admin/listing_results.html"]


class DetailFinder(ModelAdminURLFinder):
    """Wagtail's reports link to an object's page for who may look at it."""

    def get_edit_url(self, instance: Model) -> str | None:
        if self.user and not may(self.user, type(instance)):
            return None
        return self.construct_edit_url(instance)


class LookingViewSet(ModelViewSet):
    """A listing and a page for each row, and nothing that edits: other addresses don't exist."""

    inspect_view_enabled = True
    copy_view_enabled = False
    # The index would show to whom a fund or donor is tied; and nothing here is ever embedded.
    add_to_reference_index = False
    list_per_page = 50
    index_results_template_name = LISTING
    # The permissions that mean something here, offered when a group is edited.
    actions: tuple[str, ...] = ()
    form_fields: tuple[str, ...] = ()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"<{self.pk_path_converter}:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        names = [f"{action}_{self.model_name}" for action in ("view", *self.actions)]
        content_type = ContentType.objects.get_for_model(self.model)
        return Permission.objects.filter(content_type=content_type, codename__in=names)

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        return type("Finder", (DetailFinder,), {"edit_url_name": self.get_url_name("inspect")})

    def action_path(self, name: str, view_class: Any) -> URLPattern:
        view = self.construct_view(view_class)
        return path(f"<{self.pk_path_converter}:pk>/{name}/", view, name=name)


class ListOnlyViewSet(LookingViewSet):
    """Rows that have their page elsewhere."""

    inspect_view_enabled = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name != "inspect"]

    def register_admin_url_finder(self) -> None:
        """There is no page to find."""

"""The models of the core app, one module per concern."""

from .images import CustomDocument, CustomImage, CustomRendition
from .organisation import OrganisationSettings
from .page_cache.models import SiteChange
from .pages import BasePage
from .snippets import Fact, GlossaryTerm, Partner, Person, Testimonial, Topic

__all__ = [
    "BasePage",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "Fact",
    "GlossaryTerm",
    "OrganisationSettings",
    "Partner",
    "Person",
    "SiteChange",
    "Testimonial",
    "Topic",
]

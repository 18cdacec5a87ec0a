"""The models of the core app, one module per concern."""

from .images import CustomDocument, CustomImage, CustomRendition
from .organisation import OrganisationSettings
from .pages import BasePage

__all__ = ["BasePage", "CustomDocument", "CustomImage", "CustomRendition", "OrganisationSettings"]

"""Pages for people who might take a child into their home."""

from .landing_page import LandingPage
from .way_page import WayOfHelpingPage

__all__ = ["LandingPage", "WayOfHelpingPage"]

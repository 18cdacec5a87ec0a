"""The page types of the site, one module each."""

from .donation_page import DonationPage, DonationPreset
from .home_page import HomePage
from .standard_page import StandardPage

__all__ = ["DonationPage", "DonationPreset", "HomePage", "StandardPage"]

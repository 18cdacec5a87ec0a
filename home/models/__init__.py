"""The page types of the site, one module each."""

from .consent_notice import ConsentNotice
from .donation_page import DonationPage, DonationPreset
from .event_pages import EventIndexPage, EventPage
from .faq_page import FaqItem, FaqPage
from .footer import FooterLink, FooterSettings
from .form_entry import FormEntry
from .form_page import FormField, FormPage
from .glossary_page import GlossaryPage
from .home_page import HomePage
from .imported import ImportedItem
from .place_pages import PlaceIndexPage, PlacePage, PlaceService
from .programme_page import ProgrammePage, TeamRole
from .publication_pages import PublicationIndexPage, PublicationPage
from .service_pages import ServiceIndexPage, ServicePage
from .social_image import SocialImage
from .standard_page import SectionPage, StandardPage
from .transparency_page import TransparencyPage

__all__ = [
    "ConsentNotice",
    "DonationPage",
    "DonationPreset",
    "EventIndexPage",
    "EventPage",
    "FaqItem",
    "FaqPage",
    "FooterLink",
    "FooterSettings",
    "FormEntry",
    "FormField",
    "FormPage",
    "GlossaryPage",
    "HomePage",
    "ImportedItem",
    "PlaceIndexPage",
    "PlacePage",
    "PlaceService",
    "ProgrammePage",
    "PublicationIndexPage",
    "PublicationPage",
    "SectionPage",
    "ServiceIndexPage",
    "ServicePage",
    "SocialImage",
    "StandardPage",
    "TeamRole",
    "TransparencyPage",
]

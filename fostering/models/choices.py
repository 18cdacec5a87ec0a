"""What an enquiry may answer. Nothing about health, origin, belief or convictions is ever asked on
the web: Regulation (EU) 2016/679, Articles 9 and 10."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """Ways of helping: Cabinet Regulation No. 354 of 26 June 2018 on foster families, the Civil
    Law on guardianship and adoption, and the association's own."""

    FOSTER = "foster", _("Foster family")
    CRISIS = "crisis", _("Specialised foster family for a crisis")
    DISABILITY = "disability", _("Specialised foster family for a child with a severe disability")
    GUARDIAN = "guardian", _("Guardian")
    ADOPTER = "adopter", _("Adopter")
    HOST = "host", _("Host family")
    SOS_PARENT = "sos_parent", _("SOS parent")
    UNSURE = "unsure", _("I do not know yet")


class AgeBand(models.TextChoices):
    """Of the person who writes. Foster parents are 25 to 60 years old as a rule."""

    UNDER_25 = "under_25", _("Under 25")
    FROM_25 = "25_34", _("25 to 34")
    FROM_35 = "35_44", _("35 to 44")
    FROM_45 = "45_54", _("45 to 54")
    FROM_55 = "55_60", _("55 to 60")
    OVER_60 = "over_60", _("Over 60")


class HouseholdSize(models.TextChoices):
    """How many people live together, children included."""

    ONE = "1", _("I live alone")
    TWO = "2", _("Two people")
    THREE = "3", _("Three people")
    FOUR = "4", _("Four people")
    FIVE = "5", _("Five people")
    MORE = "6+", _("Six or more people")


class ContactMethod(models.TextChoices):
    PHONE = "phone", _("By phone")
    EMAIL = "email", _("By e-mail")


class ContactTime(models.TextChoices):
    MORNING = "morning", _("On weekdays in the morning (9:00–12:00)")
    AFTERNOON = "afternoon", _("On weekdays in the afternoon (12:00–17:00)")
    EVENING = "evening", _("On weekdays in the evening (17:00–19:00)")


class Interest(models.TextChoices):
    """What the person would like besides the call."""

    EVENING = "evening", _("Come to an information evening")
    TRAINING = "training", _("Hear about the next training")


class Source(models.TextChoices):
    """What led to the enquiry, as coarsely as reports need it; never an address or a word of the
    person's."""

    SELF_CHECK = "self_check", _("Self-check")
    FOSTERING = "fostering", _("Pages for future families")
    EVENT = "event", _("Page of an event")
    NEWS = "news", _("News")
    SITE = "site", _("Another page of this site")
    NEWSLETTER = "newsletter", _("Newsletter or e-mail")
    SOCIAL = "social", _("Social media")
    SEARCH = "search", _("Search engine")
    PRINT = "print", _("Leaflet or poster")
    CAMPAIGN = "campaign", _("Another campaign")
    ELSEWHERE = "elsewhere", _("Another website")
    UNKNOWN = "unknown", _("Not known")

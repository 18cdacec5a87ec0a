"""Pictures, files, people and the like, for the examples of blocks."""

import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as PillowImage
from wagtail.models import Page

from home.models import DonationPage
from sosbca.core.blocks.examples import Samples
from sosbca.core.models import (
    CustomDocument,
    CustomImage,
    Fact,
    GlossaryTerm,
    Partner,
    Person,
    Testimonial,
)


def picture(width: int = 400, **fields: Any) -> CustomImage:
    """Twice as wide as high, in pixels; described unless told otherwise."""
    data = BytesIO()
    PillowImage.new("RGB", (width, width // 2), "skyblue").save(data, "JPEG")
    words = {"alternative_text_lv": "Māja mākoņos", "alternative_text_en": "A house in the clouds"}
    file = ImageFile(BytesIO(data.getvalue()), name="house.jpg")
    image = CustomImage(title="house", file=file, **words | fields)
    image.save()
    return image


def document(name: str = "2025.pdf") -> CustomDocument:
    made = CustomDocument(title="Gada pārskats", file=ContentFile(b"%PDF" * 600, name=name))
    made.file_size = 2400
    made.save()
    return made


def person(number: int = 1, **fields: Any) -> Person:
    words = {
        "name": f"Anna {number}",
        "role_lv": "vadītāja",
        "role_en": "head",
        "email": f"person{number}@example.org",
    }
    return Person.objects.create(**words | fields)


def fact(number: int = 1, **fields: Any) -> Fact:
    values = {
        "figure": Decimal(5260),
        "label_lv": "bērni ciematos",
        "label_en": "children in villages",
        "as_of": datetime.date(2020, 12, 31),
        "source_lv": "SOS pārskats",
        "source_en": "SOS report",
    }
    return Fact.objects.create(code=f"fact-{number}", **values | fields)


def term(number: int = 1) -> GlossaryTerm:
    return GlossaryTerm.objects.create(
        term_lv=f"audžuģimene {number}",
        term_en=f"foster family {number}",
        definition_lv="Ģimene, kas uz laiku pieņem bērnu.",
        definition_en="A family that takes a child in for a time.",
    )


def partner(number: int = 1, **fields: Any) -> Partner:
    names = {"name_lv": f"Biedrība {number}", "name_en": f"Association {number}"}
    return Partner.objects.create(kind=Partner.Kind.NGO, **names | fields)


def praise(**fields: Any) -> Testimonial:
    words = {
        "text_lv": "Kļuvām stiprāki.",
        "text_en": "We grew stronger.",
        "author_lv": "Audžumamma",
        "author_en": "A foster mother",
    }
    return Testimonial.objects.create(**words | fields)


def make_samples(language: str = "lv") -> Samples:
    """One of each kind, two pictures, and the pages of the test site."""
    pages = Page.objects.filter(depth__gte=3, locale__language_code=language)
    donation = DonationPage.objects.get(locale__language_code=language)
    return Samples(
        language=language,
        keys={
            "page": list(pages.order_by("pk").values_list("pk", flat=True)),
            "picture": [picture(credit="Zīmēja Anna").pk, picture().pk],
            "document": [document().pk],
            "person": [person().pk],
            "partner": [partner(website="https://www.example.org/").pk],
            "fact": [fact().pk],
            "term": [term().pk],
            "testimonial": [praise().pk],
            "donation_page": [donation.pk],
        },
    )

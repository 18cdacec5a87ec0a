"""The markup of a picture is remembered no longer than it is true."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from sosbca.core.images import CustomImage
from sosbca.core.templatetags.picture_tags import site_picture
from tests import pages

pytestmark = pytest.mark.usefixtures("warm", "media")


def shown(image: CustomImage, language: str = "lv") -> str:
    with translation.override(language):
        return site_picture(CustomImage.objects.get(pk=image.pk), "card")


def test_other_words_are_shown_at_once() -> None:
    image = pages.picture()
    shown(image)
    image.alternative_text_lv = "Cits"
    image.save()
    assert 'alt="Cits"' in shown(image)


def test_consent_that_has_run_out_is_looked_at_each_time() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    image = pages.picture(shows_children=True, consent_reference="1", consent_until=tomorrow)
    assert shown(image)
    CustomImage.objects.update(consent_until=tomorrow - timedelta(days=2))
    assert shown(image) == ""


def test_a_file_that_cannot_be_read_is_tried_again() -> None:
    image = pages.picture()
    name = str(image.file.name)
    content = default_storage.open(name).read()
    default_storage.delete(name)
    assert "not-found" in shown(image)
    with default_storage.open(name, "wb") as file:
        file.write(content)
    assert "not-found" not in shown(image)

"""Writes a page in Latvian and translates it with wagtail-localize, as an editor would."""

import polib
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource


class Phrasebook:
    """Collects pairs of Latvian and English while the Latvian page is written."""

    def __init__(self) -> None:
        self._english: dict[str, str] = {}

    def __call__(self, latvian: str, english: str) -> str:
        self._english[latvian] = english
        return latvian

    def paragraphs(self, *pairs: tuple[str, str]) -> str:
        """Rich text of paragraphs."""
        return "".join(f"<p>{self(latvian, english)}</p>" for latvian, english in pairs)

    def bullets(self, *pairs: tuple[str, str]) -> str:
        """Rich text of a list."""
        items = "".join(f"<li>{self(latvian, english)}</li>" for latvian, english in pairs)
        return f"<ul>{items}</ul>"

    def translate(self, page: Page) -> Page:
        """Make and publish the English counterpart. Raise KeyError naming what has no English."""
        english = Locale.objects.get(language_code="en")
        source, _created = TranslationSource.update_or_create_from_instance(page)
        translation = Translation.objects.create(source=source, target_locale=english)
        catalogue = polib.pofile(str(translation.export_po()))
        for entry in catalogue:
            entry.msgstr = self._english[entry.msgid]
        problems = translation.import_po(catalogue)
        if problems:
            raise ValueError(f"{page}: {problems}")
        translation.save_target(publish=True)
        target: Page = page.get_translation(english).specific
        return target

"""Blocks of pictures, films and files."""

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from ..films import host_of
from . import groups
from .choosers import PictureChooserBlock
from .text import RICH_TEXT_FEATURES


class PictureBlock(blocks.StructBlock):
    image = PictureChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        group = groups.MEDIA
        description = _("One picture with its caption.")
        template = "blocks/picture.html"


class GalleryPictureBlock(blocks.StructBlock):
    image = PictureChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(GalleryPictureBlock(), label=_("Pictures"), min_num=2, max_num=24)

    class Meta:
        icon = "copy"
        label = _("Gallery")
        group = groups.MEDIA
        description = _("Several pictures side by side, each with its caption.")
        template = "blocks/gallery.html"


class VideoValue(blocks.StructValue):
    @property
    def host(self) -> str:
        """Where the film opens, such as YouTube; empty for a file of our own."""
        return host_of(self.get("address") or "")


class VideoBlock(blocks.StructBlock):
    """A film elsewhere, or a file of our own. Nothing is fetched from another host by the page:
    the visitor sees our picture, and goes to the film's own page by a link."""

    title = blocks.CharBlock(label=_("What the film shows"), max_length=120)
    poster = PictureChooserBlock(
        label=_("Picture"), help_text=_("Shown in place of the film until it is played.")
    )
    address = blocks.URLBlock(
        label=_("Address on YouTube or Vimeo"),
        required=False,
        help_text=_("The film opens there. See to it that it has captions there."),
    )
    file = DocumentChooserBlock(
        label=_("or a film of our own"), required=False, help_text=_("An .mp4 file.")
    )
    captions = DocumentChooserBlock(
        label=_("Captions"),
        required=False,
        help_text=_("A .vtt file (WebVTT). Needed for a film of our own."),
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        required=False,
        features=RICH_TEXT_FEATURES,
        help_text=_("What is said and what can be seen. Needed for a film of our own."),
    )
    explanation = blocks.CharBlock(
        label=_("Why there are no captions or no transcript"),
        required=False,
        max_length=200,
        help_text=_("Such as: nobody speaks in the film. Visitors read this."),
    )

    class Meta:
        icon = "media"
        label = _("Film")
        group = groups.MEDIA
        description = _("A film on YouTube or Vimeo, or a file of our own.")
        template = "blocks/video.html"
        value_class = VideoValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if errors := _film_errors(cleaned):
            raise StructBlockValidationError(
                block_errors={name: ValidationError(text) for name, text in errors.items()}
            )
        return cleaned


def _film_errors(film: Any) -> dict[str, Any]:
    """What is wrong, by field."""
    if bool(film["address"]) == bool(film["file"]):
        return {"address": _("Give an address or choose a file, one of the two.")}
    if film["address"]:
        known = host_of(film["address"])
        return {} if known else {"address": _("Give the film’s address on YouTube or Vimeo.")}
    errors: dict[str, Any] = {}
    if not _has_suffix(film["file"], ".mp4"):
        errors["file"] = _("Choose an .mp4 file: every browser plays it.")
    if film["captions"] and not _has_suffix(film["captions"], ".vtt"):
        errors["captions"] = _("Choose a .vtt file.")
    told = bool(film["transcript"] and film["transcript"].source.strip())
    if not (film["explanation"] or (film["captions"] and told)):
        errors["explanation"] = _("Add captions and a transcript, or say why there are none.")
    return errors


def _has_suffix(document: Any, suffix: str) -> bool:
    return PurePath(document.file.name).suffix.lower() == suffix


class DocumentsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    documents = blocks.ListBlock(DocumentChooserBlock(), label=_("Documents"), min_num=1)

    class Meta:
        icon = "doc-full-inverse"
        label = _("Documents")
        group = groups.MEDIA
        description = _("Files to download.")
        template = "blocks/documents.html"

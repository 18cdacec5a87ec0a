"""Blocks that show what is written once and kept in one place: people, partners, facts, terms."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from . import groups
from .choosers import BulkSnippetChooserBlock


class PeopleBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    people = blocks.ListBlock(
        BulkSnippetChooserBlock("core.Person", picture="photo"), label=_("People"), min_num=1
    )

    class Meta:
        icon = "group"
        label = _("People")
        group = groups.PEOPLE
        description = _("Staff with role and ways to reach them.")
        template = "blocks/people.html"


class PartnersBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    partners = blocks.ListBlock(
        BulkSnippetChooserBlock("core.Partner", picture="logo"), label=_("Partners"), min_num=1
    )

    class Meta:
        icon = "site"
        label = _("Partners")
        group = groups.PEOPLE
        description = _("Marks or names of organisations.")
        template = "blocks/partners.html"


class TestimonialBlock(blocks.StructBlock):
    testimonial = BulkSnippetChooserBlock(
        "core.Testimonial", picture="photo", label=_("Testimonial")
    )

    class Meta:
        icon = "openquote"
        label = _("Testimonial")
        group = groups.PEOPLE
        description = _("What somebody says of the association; written once for all pages.")
        template = "blocks/testimonial.html"


class FactsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    facts = blocks.ListBlock(
        BulkSnippetChooserBlock("core.Fact"), label=_("Facts"), min_num=1, max_num=8
    )

    class Meta:
        icon = "order"
        label = _("Facts")
        group = groups.FIGURES
        description = _("Figures that are kept in one place, with their date and source.")
        template = "blocks/facts.html"


class GlossaryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    terms = blocks.ListBlock(
        BulkSnippetChooserBlock("core.GlossaryTerm"), label=_("Terms"), min_num=1
    )

    class Meta:
        icon = "help"
        label = _("Terms")
        group = groups.WORDS
        description = _("Terms of the trade in plain words.")
        template = "blocks/glossary.html"

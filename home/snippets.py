"""The menu of things that are written once and shown on many pages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from fostering.snippets import CaseMailTemplateViewSet, SupportCentreViewSet
from projects.models import Funder
from sosbca.core.models import Fact, GlossaryTerm, Partner, Person, Testimonial, Topic


class FactViewSet(SnippetViewSet):
    model = Fact
    icon = "order"
    list_display = (
        "label",
        Column("shown", label=_("Figure")),
        "as_of",
        "valid_until",
        BooleanColumn("is_stale", label=_("Stale"), accessor=lambda fact: fact.is_stale()),
    )
    list_filter = ("valid_until",)


class PersonViewSet(SnippetViewSet):
    model = Person
    icon = "user"
    list_display = ("name", "role_lv", "phone", "email")


class PartnerViewSet(SnippetViewSet):
    model = Partner
    icon = "group"
    list_display = ("name_lv", "name_en", "kind")
    list_filter = ("kind",)


class FunderViewSet(SnippetViewSet):
    model = Funder
    icon = "folder-open-inverse"
    list_display = ("name_lv", "name_en", "code")


class TestimonialViewSet(SnippetViewSet):
    model = Testimonial
    icon = "openquote"
    list_display = ("author_lv", "text_lv")


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "book"
    list_display = ("term_lv", "term_en")


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ("name_lv", "name_en", "code")


class ReusableContentGroup(SnippetViewSetGroup):
    """One menu for all of them."""

    menu_label = _("Reusable content")
    menu_icon = "snippet"
    menu_order = 250
    items = (
        FactViewSet,
        PersonViewSet,
        PartnerViewSet,
        FunderViewSet,
        TestimonialViewSet,
        GlossaryTermViewSet,
        TopicViewSet,
        SupportCentreViewSet,
        CaseMailTemplateViewSet,
    )

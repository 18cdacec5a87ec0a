"""People and organisations that pages point at, and what people say."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from ..bilingual import in_language


class Person(index.Indexed, models.Model):
    """Somebody whom visitors may write to or should know. Never a child."""

    name = models.CharField(_("name"), max_length=120)
    role_lv = models.CharField(_("role in Latvian"), max_length=160)
    role_en = models.CharField(_("role in English"), max_length=160)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    photo = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("photo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("role_lv"), FieldPanel("role_en")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        FieldPanel("photo"),
        FieldPanel("position"),
    ]
    search_fields = [
        index.AutocompleteField("name"),
        index.AutocompleteField("role_lv"),
        index.AutocompleteField("role_en"),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["position", "name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.role()}"

    def role(self, language: str | None = None) -> str:
        return in_language(self, "role", language)


class Partner(index.Indexed, models.Model):
    """An organisation that the association works with."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        STATE = "state", _("state institution")
        NGO = "ngo", _("non-governmental organisation")
        COMPANY = "company", _("company")
        INTERNATIONAL = "international", _("international organisation")

    name_lv = models.CharField(_("name in Latvian"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    website = models.URLField(_("website"), blank=True)
    logo = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    panels = [
        FieldRowPanel([FieldPanel("name_lv"), FieldPanel("name_en")]),
        FieldPanel("kind"),
        FieldPanel("website"),
        FieldPanel("logo"),
    ]
    search_fields = [index.AutocompleteField("name_lv"), index.AutocompleteField("name_en")]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name_lv", "pk"]

    def __str__(self) -> str:
        return self.title()

    def title(self, language: str | None = None) -> str:
        return in_language(self, "name", language)


class Testimonial(index.Indexed, models.Model):
    """What somebody says of the association, in their own words or translated."""

    text_lv = models.TextField(_("text in Latvian"), max_length=600)
    text_en = models.TextField(_("text in English"), max_length=600)
    author_lv = models.CharField(_("who says it, in Latvian"), max_length=120)
    author_en = models.CharField(
        _("who says it, in English"),
        max_length=120,
        help_text=_("A first name or a role is enough; never the surname of a child."),
    )
    photo = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("photo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    panels = [
        FieldPanel("text_lv"),
        FieldPanel("text_en"),
        FieldRowPanel([FieldPanel("author_lv"), FieldPanel("author_en")]),
        FieldPanel("photo"),
    ]
    search_fields = [index.AutocompleteField("text_lv"), index.AutocompleteField("author_lv")]

    class Meta:
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")
        ordering = ["author_lv", "pk"]

    def __str__(self) -> str:
        return f"{self.author()}: {self.text()[:60]}"

    def text(self, language: str | None = None) -> str:
        return in_language(self, "text", language)

    def author(self, language: str | None = None) -> str:
        return in_language(self, "author", language)

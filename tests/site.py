"""A small site for tests."""

from wagtail.models import Locale, Page, Site

from donations.models import Fund
from home.models import DonationPage, DonationPreset, HomePage, StandardPage
from sosbca.core.models import OrganisationSettings


def build_site() -> Site:
    """Home, a standard page and a donation page in Latvian, with English counterparts."""
    latvian = Locale.objects.get_or_create(language_code="lv")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    Page.objects.filter(depth=2).delete()
    Fund.objects.create(
        code="general",
        name_lv="Kur visvairāk vajadzīgs",
        name_en="Where it is needed most",
        purpose_lv="Darbam ar bērniem un ģimenēm",
        purpose_en="Work with children and families",
        position=1,
    )
    Fund.objects.create(
        code="newborn",
        name_lv="Piedzimstot bērniņam",
        name_en="When a Baby Is Born",
        purpose_lv="Atbalstam jaunajām ģimenēm",
        purpose_en="Support for new families",
        position=2,
    )
    home = HomePage(
        title="Sākums",
        slug="sakums",
        hero_heading="Lai katram bērnam būtu mājas",
        introduction="Atbalstām ģimenes.",
        locale=latvian,
    )
    Page.objects.get(depth=1).add_child(instance=home)
    about = StandardPage(title="Par mums", slug="par-mums", show_in_menus=True, locale=latvian)
    home.add_child(instance=about)
    donate = DonationPage(title="Ziedot", slug="ziedot", locale=latvian)
    donate.presets = [  # type: ignore[misc]
        DonationPreset(
            amount_cents=cents, meaning=f"nozīme {cents}", is_default=cents == 2500, locale=latvian
        )
        for cents in (1000, 2500, 5000)
    ]
    home.add_child(instance=donate)
    home.body = [
        ("donation_form", {"heading": "Ko paveic Jūsu ziedojums", "text": "", "page": donate})
    ]
    home.save()
    for page, title, slug in (
        (home, "Home", "home"),
        (about, "About us", "about-us"),
        (donate, "Donate", "donate"),
    ):
        counterpart = page.copy_for_translation(english)
        counterpart.title, counterpart.slug, counterpart.live = title, slug, True
        counterpart.save()
    Site.objects.all().delete()
    site = Site.objects.create(
        hostname="testserver", root_page=Page.objects.get(pk=home.pk), is_default_site=True
    )
    OrganisationSettings.objects.create(
        site=site,
        name_lv="Latvijas SOS Bērnu ciematu asociācija",
        name_en="SOS Children’s Villages Latvia",
        registration_number="40008000121",
        legal_address="Mākoņu iela 1, Rīga, LV-1000",
        email="info@example.org",
        status_lv="Sabiedriskā labuma organizācija",
        status_en="Public-benefit organisation",
        payee_name="Latvijas SOS Bērnu ciematu asociācija",
        iban="LV85DEMO0000123456789",
        bic="DEMOLV22",
        bank_name="Paraugbanka",
        donation_page=donate,
    )
    return site

"""Every kind of field can be written in a file."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from donations.models import Fund
from sosbca.core.models import OrganisationSettings
from tests.home.contents import page, run, small

pytestmark = pytest.mark.django_db


def test_every_kind_of_field(tmp_path: Path) -> None:
    folder = small(
        tmp_path,
        {
            "_funds.yaml": """
                newborn:
                  name_lv: Jaundzimušajiem
                  name_en: For newborns
                  purpose_lv: Mērķis
                  purpose_en: Purpose
                  position: 3
            """,
            "_snippets/fact.yaml": """
                children:
                  figure: 1300.5
                  is_at_least: yes
                  label_lv: bērni
                  label_en: children
                  as_of: 2022-12-31
                  source_lv: Pārskats
                  source_en: Report
                  source_url: https://example.org/a
            """,
            "_snippets/person.yaml": """
                lead:
                  name: Vadītāja
                  role_lv: Vada
                  role_en: Leads
                  phone: +371 2000 0000
                  email: lead@example.org
            """,
            "donate/lv.md": """
                ---
                type: donation
                title: Ziedot
                fund: fund:newborn
                minimum: 3
                goal: 32967.86
                text: |
                  - **Viens**
                presets:
                  - amount: 10
                    meaning: grāmata
                  - amount: 25,50
                    meaning: saruna
                    is_default: true
                ---
            """,
            "donate/en.md": """
                ---
                title: Donate
                text: |
                  - **One**
                presets:
                  - meaning: book
                  - meaning: talk
                ---
            """,
            "projects/lv.md": "---\ntype: project-index\ntitle: Projekti\n---\n",
            "projects/one/lv.md": """
                ---
                type: project
                title: Viens
                aim: Mērķis
                starts_on: 2022-01-15
                ends_on: 2022-10-31
                budget: 32 967,86
                regions: [riga, zemgale]
                contact: person:lead
                activities:
                  - title: Pirmā
                    text: |
                      Teksts.
                  - title: Otrā
                ---

                ::: facts
                facts:
                  - fact:children
                :::
            """,
            "projects/one/en.md": """
                ---
                title: One
                aim: Aim
                activities:
                  - title: First
                    text: |
                      Text.
                  - title: Second
                ---
            """,
            "events/lv.md": "---\ntype: event-index\ntitle: Notikumi\n---\n",
            "events/school/lv.md": """
                ---
                type: event
                title: Vasaras skola
                kind: summer-school
                starts_at: 2022-06-21 10:00
                ends_at: 2022-06-21 18:00
                is_online: true
                capacity: 30
                ---
            """,
            "_settings.yaml": """
                organisation:
                  name_lv: Asociācija
                  name_en: Association
                  registration_number: 40008000121
                  legal_address: Mākoņu iela 1
                  payee_name: Asociācija
                  iban: LV85DEMO0000123456789
                  bic: DEMOLV22
                  bank_name: Banka
                  donation_page: page:donate
            """,
        },
    )
    run(folder)
    donation, english = page("ziedot"), page("donate", "en")
    assert donation.fund == Fund.objects.get(code="newborn")
    assert (donation.minimum_cents, donation.goal_cents) == (300, 3296786)
    assert donation.text == "<ul><li><b>Viens</b></li></ul>"
    assert [(row.amount_cents, row.meaning, row.is_default) for row in donation.presets.all()] == [
        (1000, "grāmata", False),
        (2550, "saruna", True),
    ]
    assert [(row.amount_cents, row.meaning) for row in english.presets.all()] == [
        (1000, "book"),
        (2550, "talk"),
    ]
    assert {row.locale.language_code for row in english.presets.all()} == {"en"}
    assert english.text == "<ul><li><b>One</b></li></ul>"
    project = page("viens")
    assert project.budget_cents == 3296786
    assert project.regions == ["riga", "zemgale"]
    assert project.starts_on == datetime.date(2022, 1, 15)
    assert project.contact.phone == "+371 2000 0000"
    assert [row.title for row in project.activities.all()] == ["Pirmā", "Otrā"]
    fact = project.body[0].value["facts"][0]
    assert (fact.code, fact.figure, fact.is_at_least) == ("children", Decimal("1300.50"), True)
    event = page("vasaras-skola")
    assert timezone.localtime(event.starts_at).hour == 10
    assert event.capacity == 30
    organisation = OrganisationSettings.current()
    assert organisation.donation_page == donation.page_ptr
    # English waits below pages that have none of their own.
    assert page("one", "en").activities.count() == 2
    assert page("one", "en").get_parent().alias_of is not None

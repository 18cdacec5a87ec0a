"""A project tells everything that its funders ask for, in both languages."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Locale, Page, Site

from home.models import EventPage, StandardPage
from projects.models import Funder, ProjectIndexPage, ProjectPage
from projects.models.project_page import ProjectStatus
from tests import pages
from tests.home.parsing import Document

NBSP = "\N{NO-BREAK SPACE}"
FIRST, LAST = datetime.date(2022, 1, 15), datetime.date(2022, 10, 31)


@pytest.fixture
def index(site: Site) -> ProjectIndexPage:
    return pages.project_index(site.root_page)


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


@pytest.mark.usefixtures("media")
class TestShown:
    """Every field, in the format of the language."""

    @pytest.fixture
    def project(self, index: ProjectIndexPage) -> ProjectPage:
        return pages.project_of_2022(index, pages.programme(pages.services(pages.above(index))))

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            (
                "/projekti/kapacitate-2022/",
                [
                    "Kapacitātes stiprināšana – 2022",
                    "Desmit mēneši, trīs aktivitātes un četri reģioni.",
                    "Stiprināt biedrības spēju atbalstīt ģimenes.",
                    "2022. gada 15. janvāris – 2022. gada 31. oktobris",
                    f"32{NBSP}967,86{NBSP}€",
                    "Sabiedrības integrācijas fonds",
                    "Finansē Kultūras ministrija.",
                    "Nr. 2022.LV/12",
                    "Preventīvs atbalsts ģimenēm",
                    "Mātes ar jaundzimušo",
                    "Programma vairākus gadus strādā Rīgā.",
                    "projektu daļa",
                    "Projekts sākas",
                    "Noslēgts līgums.",
                    "Projekta pārskats",
                    "Latviski par projektu.",
                ],
            ),
            (
                "/en/projects/capacity-2022/",
                [
                    "Building capacity – 2022",
                    "Ten months, three activities and four regions.",
                    "To strengthen the association in supporting families.",
                    "15 January 2022 – 31 October 2022",
                    "€32,967.86",
                    "Society Integration Foundation",
                    "Financed by the Ministry of Culture.",
                    "Preventive support to families",
                    "projects team",
                    "The project begins",
                    "The agreement is signed.",
                    "About the project in English.",
                ],
            ),
        ],
    )
    def test_in_both_languages(
        self, project: ProjectPage, client: Client, path: str, expected: list[str]
    ) -> None:
        main = read(client, path).one("main").text.replace(NBSP, " ")
        for words in expected:
            assert words.replace(NBSP, " ") in main, words

    def test_links_lead_to_the_reader_s_language(
        self, project: ProjectPage, client: Client
    ) -> None:
        """Editors chose the Latvian programme in both."""
        for path, programme in (
            ("/projekti/kapacitate-2022/", "/pakalpojumi/piedzimstot-berninam/"),
            ("/en/projects/capacity-2022/", "/en/services/when-a-baby-is-born/"),
        ):
            links = read(client, path).all("a", href=programme)
            # The activity's, in the programme's own words, and the timeline's.
            assert {link.text for link in links} == (
                {"When a Baby Is Born", "The project begins"}
                if path.startswith("/en/")
                else {"Piedzimstot bērniņam", "Projekts sākas"}
            )

    def test_a_link_without_counterpart_leads_to_what_was_chosen(
        self, project: ProjectPage, client: Client
    ) -> None:
        Page.objects.get(slug="when-a-baby-is-born").unpublish()
        link = read(client, "/en/projects/capacity-2022/").one("a", class_="arrow-link")
        assert (link["href"], link.text) == (
            "/pakalpojumi/piedzimstot-berninam/",
            "Piedzimstot bērniņam",
        )

    def test_a_link_to_a_draft_is_no_link(self, project: ProjectPage, client: Client) -> None:
        for slug in ("when-a-baby-is-born", "piedzimstot-berninam"):
            Page.objects.get(slug=slug).unpublish()
        for path in ("/projekti/kapacitate-2022/", "/en/projects/capacity-2022/"):
            page = read(client, path)
            assert page.all("a", class_="arrow-link") == []
            assert page.all("a", href="") == []
            assert {"Projekts sākas", "The project begins"} & {h.text for h in page.all("h3")}

    def test_activities_in_the_editor_s_order(self, project: ProjectPage, client: Client) -> None:
        first, *_rest = project.activities.all()
        first.sort_order = 9
        first.save()
        headings = read(client, "/projekti/kapacitate-2022/").all("h3")
        titles = [heading.text for heading in headings]
        expected = ["Bērnu grāmata", "Apmācības speciālistiem", "Preventīvs atbalsts ģimenēm"]
        assert [title for title in titles if title in expected] == expected

    def test_the_project_s_own_notice_replaces_the_funders(
        self, project: ProjectPage, client: Client
    ) -> None:
        ProjectPage.objects.filter(pk=project.pk).update(funding_notice="Mūsu pašu teksts.")
        main = read(client, "/projekti/kapacitate-2022/").one("main").text
        assert "Mūsu pašu teksts." in main
        assert "Finansē Kultūras ministrija." not in main

    def test_a_funder_who_pays_twice_is_thanked_once(
        self, project: ProjectPage, client: Client
    ) -> None:
        row = project.funding.get(role="financed_by")
        row.pk, row.translation_key = None, "0" * 32
        row.save(force_insert=True)
        main = read(client, "/projekti/kapacitate-2022/").one("main").text
        assert main.count("Finansē Sabiedrības integrācijas fonds.") == 1


def test_a_bare_project_has_no_empty_parts(index: ProjectIndexPage, client: Client) -> None:
    pages.project(index, "Bez nekā", "bez-neka")
    page = read(client, "/projekti/bez-neka/")
    assert [h.text for tag in ("h2", "h3") for h in page.all(tag) if not h.text] == []
    headings = [heading.text for heading in page.all("h2")]
    assert len(headings) == len(set(headings))
    assert page.all("ol", class_="funders") == page.all("ol", class_="timeline") == []
    assert page.all("ul", class_="documents") == []
    # No regions: the whole country.
    assert "visa Latvija" in page.one("main").text or "whole of Latvia" in page.one("main").text


def test_a_budget_of_nothing_is_shown(index: ProjectIndexPage, client: Client) -> None:
    pages.project(index, slug="bez-maksas", budget_cents=0)
    pages.project(index, slug="nezinams")
    assert f"0,00{NBSP}€" in client.get("/projekti/bez-maksas/").content.decode()
    assert "€" not in read(client, "/projekti/nezinams/").one("main").text


class TestStatus:
    @pytest.mark.parametrize(
        ("day", "status"),
        [
            (FIRST - pages.DAY, "planned"),
            (FIRST, "running"),
            (LAST, "running"),
            (LAST + pages.DAY, "completed"),
        ],
    )
    def test_follows_from_the_dates(self, day: datetime.date, status: str) -> None:
        assert ProjectStatus.on(day, FIRST, LAST) == status

    def test_the_day_is_latvia_s(self, index: ProjectIndexPage, client: Client) -> None:
        """At 22.00 UTC it is midnight in Rīga (in winter)."""
        pages.project(index, slug="projekts")
        for moment, tag in (
            ("2022-01-14 21:59:59Z", "planned"),
            ("2022-01-14 22:00:00Z", "running"),
            ("2022-10-31 21:59:59Z", "running"),
            ("2022-10-31 22:00:00Z", "completed"),
        ):
            with time_machine.travel(moment, tick=False):
                assert ProjectPage.objects.get(slug="projekts").status == tag
                shown = read(client, "/projekti/projekts/").all("span", class_="tag")
                assert tag in shown[0]["class"].split()
                found = read(client, f"/projekti/?status={tag}")
                assert found.all("a", href="/projekti/projekts/"), moment


class TestRules:
    def test_ends_before_it_begins(self, index: ProjectIndexPage) -> None:
        page = ProjectPage(
            title="P", slug="p", aim="A", starts_on=LAST, ends_on=FIRST, locale=index.locale
        )
        with pytest.raises(ValidationError) as problem:
            page.full_clean(exclude=["path", "depth"])
        assert set(problem.value.message_dict) == {"ends_on"}

    def test_may_last_one_day(self, index: ProjectIndexPage) -> None:
        assert pages.project(index, starts_on=FIRST, ends_on=FIRST).pk

    def test_a_missing_date_is_its_only_problem(self, index: ProjectIndexPage) -> None:
        page = ProjectPage(title="P", slug="p", aim="A", starts_on=FIRST, locale=index.locale)
        with pytest.raises(ValidationError) as problem:
            page.full_clean(exclude=["path", "depth"])
        assert set(problem.value.message_dict) == {"ends_on"}

    def test_a_negative_budget(self, index: ProjectIndexPage) -> None:
        page = ProjectPage(
            title="P",
            slug="p",
            aim="A",
            starts_on=FIRST,
            ends_on=LAST,
            budget_cents=-1,
            locale=index.locale,
        )
        with pytest.raises(ValidationError) as problem:
            page.full_clean(exclude=["path", "depth"])
        assert set(problem.value.message_dict) == {"budget_cents"}

    @pytest.mark.parametrize(
        ("constraint", "broken"),
        [
            ("project_begins_before_it_ends", {"ends_on": FIRST - pages.DAY}),
            ("project_budget_not_negative", {"budget_cents": -1}),
        ],
    )
    def test_the_database_holds_them(
        self, index: ProjectIndexPage, constraint: str, broken: dict[str, Any]
    ) -> None:
        page = pages.project(index)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ProjectPage.objects.filter(pk=page.pk).update(**broken)

    @pytest.mark.django_db
    def test_where_it_may_stand(self) -> None:
        assert ProjectPage.can_exist_under(ProjectIndexPage())
        assert not ProjectPage.can_exist_under(StandardPage())
        assert not EventPage.can_exist_under(ProjectIndexPage())
        assert ProjectPage.allowed_subpage_models() == []

    def test_a_funder_in_use_stays(self, index: ProjectIndexPage, media: None) -> None:
        pages.project_of_2022(index)
        with pytest.raises(IntegrityError), transaction.atomic():
            Funder.objects.filter(code="sif").delete()


class TestTimeline:
    def moments(self, client: Client, path: str) -> list[tuple[str, str]]:
        html = client.get(path).content.decode().partition('<ol class="timeline"')[2]
        part = Document(html.partition("</ol>")[0])
        dates = [time["datetime"] for time in part.all("time")]
        return list(zip(dates, [heading.text for heading in part.all("h3")], strict=True))

    @pytest.fixture
    def project(self, index: ProjectIndexPage, media: None) -> ProjectPage:
        project = pages.project_of_2022(index)
        news = pages.news_index(pages.above(index))
        for title, slug, day in (
            ("Grāmata", "gramata", datetime.date(2022, 9, 30)),
            ("Vasaras skola", "skola", datetime.date(2022, 6, 21)),
        ):
            article = pages.article(news, title, slug, published_on=day, projects=[project])
            pages.english(article, f"{title} in English", f"{slug}-en")
        pages.article(news, "Cits", "cits")
        return project

    def test_news_and_entries_by_date(self, project: ProjectPage, client: Client) -> None:
        latvian = [
            ("2022-01-15", "Projekts sākas"),
            ("2022-06-21", "Vasaras skola"),
            ("2022-09-30", "Grāmata"),
        ]
        assert self.moments(client, "/projekti/kapacitate-2022/") == latvian
        ProjectPage.objects.update(timeline_order=ProjectPage.TimelineOrder.NEWEST_FIRST)
        assert self.moments(client, "/projekti/kapacitate-2022/") == latvian[::-1]

    def test_only_the_reader_s_language(self, project: ProjectPage, client: Client) -> None:
        """Both versions of an article point at the Latvian project."""
        assert self.moments(client, "/en/projects/capacity-2022/") == [
            ("2022-01-15", "The project begins"),
            ("2022-06-21", "Vasaras skola in English"),
            ("2022-09-30", "Grāmata in English"),
        ]
        html = client.get("/en/projects/capacity-2022/").content.decode()
        assert '<a href="/en/news/gramata-en/">' in html

    def test_an_article_that_chose_the_english_project(
        self, project: ProjectPage, client: Client
    ) -> None:
        version = project.get_translation(Locale.objects.get(language_code="en"))
        news = Page.objects.get(slug="jaunumi").specific
        pages.article(news, "Izvēlēta angliski", "a", projects=[version])
        titles = [title for _date, title in self.moments(client, "/projekti/kapacitate-2022/")]
        assert "Izvēlēta angliski" in titles

    def test_named_twice_shown_once(self, project: ProjectPage, client: Client) -> None:
        version = project.get_translation(Locale.objects.get(language_code="en"))
        news = Page.objects.get(slug="jaunumi").specific
        pages.article(news, "Divreiz", "divreiz", projects=[project, version])
        titles = [title for _date, title in self.moments(client, "/projekti/kapacitate-2022/")]
        assert titles.count("Divreiz") == 1

    def test_no_drafts_and_nothing_private(self, project: ProjectPage, client: Client) -> None:
        Page.objects.get(slug="gramata").unpublish()
        pages.hide(Page.objects.get(slug="skola"))
        assert self.moments(client, "/projekti/kapacitate-2022/") == [
            ("2022-01-15", "Projekts sākas")
        ]

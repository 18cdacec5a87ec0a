"""One person writes, another looks at it, and approving publishes."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Site, Task, Workflow, WorkflowPage

from home.models import StandardPage
from sosbca.users.review import NAME, REVIEWERS, write_review
from tests import pages
from tests.home.admin_forms import filled
from tests.home.parsing import Document


def client_of(name: str, group: str) -> Client:
    user = get_user_model().objects.create_user(name, email=f"{name}@example.org")
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page(site: Site) -> StandardPage:
    page = pages.add(site.root_page, StandardPage, "Vasara", "vasara", live=False)
    page.save_revision()
    return page


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def submit(client: Client, page: Page) -> None:
    form = filled(client, edit_url(page), **{"action-submit": "1"})
    assert client.post(edit_url(page), form).status_code == 302
    page.refresh_from_db()
    assert page.workflow_in_progress


def approve(client: Client, page: Page) -> int:
    task: Any = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    return client.post(address).status_code


@pytest.mark.django_db
def test_every_page_is_reviewed_in_one_step() -> None:
    (workflow,) = Workflow.objects.active()
    assert workflow.name == NAME
    assert WorkflowPage.objects.get().page.depth == 1
    (task,) = Task.objects.filter(active=True).specific()
    assert isinstance(task, GroupApprovalTask)
    assert {group.name for group in task.groups.all()} == set(REVIEWERS)


@pytest.mark.django_db
def test_writing_it_again_changes_nothing() -> None:
    write_review(apps, None)
    assert Workflow.objects.count() == Task.objects.count() == 1


def test_submitted_looked_at_and_published(page: StandardPage) -> None:
    writer, reviewer = (
        client_of("anna", "Communications"),
        client_of("rita", "Reviewers"),
    )
    submit(writer, page)
    assert [message.to for message in mail.outbox] == [["rita@example.org"]]
    dashboard = reviewer.get("/admin/").content.decode()
    assert page.title in dashboard
    assert reviewer.get(edit_url(page)).status_code == 200
    task: Any = page.current_workflow_task
    preview = reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task.pk])
    assert reviewer.get(preview).status_code == 200
    assert approve(reviewer, page) == 302
    page.refresh_from_db()
    assert page.live


def test_who_wrote_it_does_not_approve_it(page: StandardPage) -> None:
    writer = client_of("anna", "Communications")
    submit(writer, page)
    approve(writer, page)
    page.refresh_from_db()
    assert not page.live


def test_changes_can_be_asked_for(page: StandardPage) -> None:
    writer, reviewer = client_of("anna", "Communications"), client_of("rita", "Reviewers")
    submit(writer, page)
    task: Any = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", task.pk])
    reviewer.post(address, {"comment": "Lūdzu, īsāk."})
    assert "Lūdzu, īsāk." in writer.get(edit_url(page)).content.decode()
    page.refresh_from_db()
    assert not page.live


def test_a_reviewer_mends_but_does_not_publish_by_other_means(page: StandardPage) -> None:
    reviewer = client_of("rita", "Reviewers")
    form = filled(reviewer, edit_url(page), title="Rudens", **{"action-publish": "1"})
    assert reviewer.post(edit_url(page), form).status_code == 302
    page.refresh_from_db()
    assert not page.live
    assert page.get_latest_revision_as_object().title == "Rudens"


def test_the_review_is_offered_before_publishing(page: StandardPage) -> None:
    writer = client_of("anna", "Communications")
    document = Document(writer.get(edit_url(page)).content)
    names = [
        button.attributes["name"]
        for button in document.all("button")
        if button.attributes.get("name", "").startswith("action-")
    ]
    assert names.index("action-submit") < names.index("action-publish")

"""The review of content before it is published. A migration writes it to the database."""

from typing import Any

NAME = "Satura pārbaude / Content review"
REVIEWERS = ("Reviewers", "Administrators")
# What Wagtail sets up for groups of its own, which this site has not.
WAGTAILS_SAMPLE = "Moderators approval"


def write_review(apps: Any, schema_editor: Any) -> None:
    """Let every page be reviewed by one of the reviewers, who publishes it by approving.

    To be run after `write_groups`. Safe to repeat.
    """
    group_model = apps.get_model("auth", "Group")
    task_model = apps.get_model("wagtailcore", "GroupApprovalTask")
    workflow_model = apps.get_model("wagtailcore", "Workflow")
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )
    task, _created = task_model.objects.get_or_create(
        name=NAME, defaults={"content_type": content_type}
    )
    task.groups.set(group_model.objects.filter(name__in=REVIEWERS))
    workflow, _created = workflow_model.objects.get_or_create(name=NAME)
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task_id=task.pk, defaults={"sort_order": 0}
    )
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    apps.get_model("wagtailcore", "WorkflowPage").objects.update_or_create(
        page=root, defaults={"workflow": workflow}
    )
    _retire_sample(apps)


def _retire_sample(apps: Any) -> None:
    """Nobody could approve what went into Wagtail's own workflow; what is in its history stays."""
    task_model = apps.get_model("wagtailcore", "Task")
    for model in (apps.get_model("wagtailcore", "Workflow"), task_model):
        model.objects.filter(name=WAGTAILS_SAMPLE).update(active=False)
    states = apps.get_model("wagtailcore", "WorkflowState").objects
    if not states.filter(workflow__name=WAGTAILS_SAMPLE).exists():
        apps.get_model("wagtailcore", "Workflow").objects.filter(name=WAGTAILS_SAMPLE).delete()
        task_model.objects.filter(name=WAGTAILS_SAMPLE).delete()

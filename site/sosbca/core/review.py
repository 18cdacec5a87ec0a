"""What happens when the review of a page ends well.

Named in the settings, and imported while Wagtail's own models are: it can't import any.
"""

from typing import Any

from django.core.exceptions import PermissionDenied


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved. The approval stands for the permission: reviewers publish what
    somebody else wrote and submitted to them, and nothing else.

    Raise PermissionDenied for those who may not publish by themselves and approve their own work.
    """
    page = workflow_state.content_object
    revision = page.get_latest_revision()
    own = {workflow_state.requested_by_id, revision.user_id}
    if user and user.pk in own and not page.permissions_for_user(user).can_publish():
        raise PermissionDenied("Nobody approves their own work.")
    revision.publish(user=user, skip_permission_checks=True)

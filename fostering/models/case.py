"""What becomes of an enquiry: its stage, who looks after it, and everything done about it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosbca.core.encryption import ForgivingTextField

from .enquiry import Enquiry
from .support_centre import SupportCentre


class Stage(models.TextChoices):
    """From the first call to the child, and the ways that end earlier."""

    NEW = "new", pgettext_lazy("stage of a case", "New")
    CONTACTED = "contacted", pgettext_lazy("stage of a case", "Contacted")
    VISIT = "visit", pgettext_lazy("stage of a case", "Visit")
    APPLICATION = "application", pgettext_lazy("stage of a case", "Application")
    TRAINING = "training", pgettext_lazy("stage of a case", "Training")
    DECISION = "decision", pgettext_lazy("stage of a case", "Decision")
    MATCHED = "matched", pgettext_lazy("stage of a case", "Matched")
    ON_HOLD = "on_hold", pgettext_lazy("stage of a case", "On hold")
    DECLINED = "declined", pgettext_lazy("stage of a case", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage of a case", "Withdrawn")


# In the order in which a case passes them.
WAY: Final = (
    Stage.NEW,
    Stage.CONTACTED,
    Stage.VISIT,
    Stage.APPLICATION,
    Stage.TRAINING,
    Stage.DECISION,
)
# A case in one of these is closed.
OUTCOMES: Final = (Stage.MATCHED, Stage.DECLINED, Stage.WITHDRAWN)


class Case(models.Model):
    """One for each enquiry."""

    enquiry = models.OneToOneField(
        Enquiry, verbose_name=_("enquiry"), on_delete=models.PROTECT, related_name="case"
    )
    centre = models.ForeignKey(
        SupportCentre,
        verbose_name=_("support centre"),
        on_delete=models.PROTECT,
        related_name="cases",
    )
    stage = models.CharField(
        _("stage"), max_length=20, choices=Stage, default=Stage.NEW, db_index=True
    )
    stage_since = models.DateTimeField(_("in this stage since"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked after by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="fostering_cases",
    )
    response_due_at = models.DateTimeField(_("first call due by"))
    # When those who have to know were told that nobody called in time.
    overdue_told_at = models.DateTimeField(null=True, editable=False)
    # When the leads were told for the last time that what looks like spam is going to be erased.
    suspect_warned_at = models.DateTimeField(null=True, editable=False)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("view_case", "Can work on the cases of their support centres"),
            ("lead_case", "Can work on the cases of all support centres"),
        ]
        indexes = [models.Index(fields=["centre", "stage"], name="case_centre_stage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=OUTCOMES, closed_at__isnull=False)
                | (~Q(stage__in=OUTCOMES) & Q(closed_at=None)),
                name="case_closed_at_fits_stage",
            )
        ]

    def __str__(self) -> str:
        return self.enquiry.shown_reference

    @property
    def is_closed(self) -> bool:
        return self.stage in OUTCOMES

    @property
    def awaits_verdict(self) -> bool:
        """Whether it looks like spam, and nobody has said yet what it is."""
        enquiry = self.enquiry
        return enquiry.is_suspect and self.stage == Stage.NEW and enquiry.erased_at is None

    @property
    def may_be_real(self) -> bool:
        """Whether staff can still say that it is no spam."""
        return self.enquiry.is_suspect and self.enquiry.erased_at is None


class CaseEvent(models.Model):
    """One entry of a case's timeline. Never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("of a case", "Enquiry received")
        MOVED = "moved", pgettext_lazy("of a case", "Moved")
        CLOSED = "closed", pgettext_lazy("of a case", "Closed")
        REOPENED = "reopened", pgettext_lazy("of a case", "Reopened")
        ASSIGNED = "assigned", pgettext_lazy("of a case", "Assigned")
        TRANSFERRED = "transferred", pgettext_lazy("of a case", "Given to another centre")
        NOTE = "note", pgettext_lazy("of a case", "Note")
        TASK_ADDED = "task_added", pgettext_lazy("of a case", "Task added")
        TASK_DONE = "task_done", pgettext_lazy("of a case", "Task done")
        FILE_ADDED = "file_added", pgettext_lazy("of a case", "File added")
        FILE_DELETED = "file_deleted", pgettext_lazy("of a case", "File deleted")
        MAIL = "mail", pgettext_lazy("of a case", "E-mail sent")
        COPIED = "copied", pgettext_lazy("of a case", "Copy made for the person")
        ERASED = "erased", pgettext_lazy("of a case", "Person erased")
        REAL = "real", pgettext_lazy("of a case", "Found to be real")
        SPAM = "spam", pgettext_lazy("of a case", "Found to be spam")
        TASK_FREED = "task_freed", pgettext_lazy("of a case", "Task has nobody any more")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # Nobody means the system.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    from_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    # Whom it was given to, when it was assigned.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # When it was given to another centre.
    from_centre = models.ForeignKey(
        SupportCentre, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    to_centre = models.ForeignKey(
        SupportCentre, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = ForgivingTextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("entry of a case")
        verbose_name_plural = _("entries of cases")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_kind_display()


class CaseTask(models.Model):
    """Something to be done about a case by a day."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    text = ForgivingTextField(_("what is to be done"))
    due_on = models.DateField(_("due on"), db_index=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by whom"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="fostering_tasks",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("task of a case")
        verbose_name_plural = _("tasks of cases")
        ordering = ["due_on", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"task {self.pk}"


class CaseAccess(models.Model):
    """Who looked at a case and when. Somebody who is not of the centre says why."""

    class What(models.TextChoices):
        LOOK = "look", _("Looked at the case")
        DOWNLOAD = "download", _("Downloaded a file")
        COPY = "copy", _("Downloaded everything")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    what = models.CharField(_("what"), max_length=10, choices=What, default=What.LOOK)
    reason = ForgivingTextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("look at a case")
        verbose_name_plural = _("looks at cases")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"access {self.pk}"

"""Words for what finance does at its desk: statements, gifts entered by hand, merged donors."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DESK_ACTIONS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "statement.issued": (_("Statement issued"), _("Yearly statement issued for %(total)s")),
    "statement.failed": (
        _("Statement failed"),
        _("No statement could be issued for donor %(donor)s: %(error)s"),
    ),
    "statement.mailed": (_("Statement sent"), _("Sent to the donor by e-mail")),
    "statement.sent_again": (_("Sending again requested"), _("Sending again requested")),
    "statement.downloaded": (_("Statement downloaded"), _("PDF downloaded by staff")),
    "statement_run.started": (
        _("Issue of statements started"),
        _("Statements of %(year)s for %(donors)s donors"),
    ),
    "statement_run.done": (
        _("Issue of statements finished"),
        _("%(issued)s issued, %(failed)s failed"),
    ),
    "donation.entered": (_("Gift entered by hand"), _("Entered by hand: %(amount)s")),
    "donation.voided": (_("Gift voided"), _("Voided: %(amount)s")),
    "receipt.corrected": (
        _("Receipt made out anew"),
        _("Made out anew with the donor’s details of today, as %(number)s"),
    ),
    "document.restored": (_("PDF made anew"), _("The lost or damaged PDF was made anew")),
    "donor.entered": (_("Donor entered by hand"), _("Entered by hand with a first gift")),
    "donor.merged": (_("Duplicate merged"), _("Donor %(other)s was merged into this one")),
    "donor.merged_away": (_("Merged"), _("Merged into donor %(other)s")),
}

"""Messages about anything but a receipt, as rows of a table."""

from collections.abc import Iterable

from ...models import OutgoingMail
from .. import wording
from ..detail_base import MailRow


def rows_of(mails: Iterable[OutgoingMail]) -> list[MailRow]:
    """In the order in which they were promised; named by what they tell."""
    rows = [
        MailRow(
            mail,
            str(mail.get_kind_display()),
            wording.moment(mail.created_at),
            wording.moment(mail.sent_at),
            wording.tone(mail.status),
        )
        for mail in mails
    ]
    return sorted(rows, key=lambda row: row.mail.pk)

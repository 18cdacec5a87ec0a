"""What services announce inside their transaction, so that the work that follows is queued in the
same transaction: either both are committed or neither. `donations.tasks` listens."""

from django.dispatch import Signal

# event: ProviderEvent, run_after: datetime | None
event_waiting = Signal()
# mail: OutgoingMail
mail_waiting = Signal()

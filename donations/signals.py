"""What services announce inside their transaction, so that the work that follows is queued in the
same transaction: either both are committed or neither. `donations.tasks` listens."""

from django.dispatch import Signal

# With `event` (a ProviderEvent) and `run_after` (a moment, or None for at once).
event_waiting = Signal()
# With `mail` (an OutgoingMail) and `run_after`.
mail_waiting = Signal()
# With `wish` (a PledgeWish) and `run_after`.
wish_waiting = Signal()
# With `link` (an AccessLink).
access_asked = Signal()
# With `record` (an OutdatedRecord).
record_outdated = Signal()
# With `run` (a StatementRun that has donors left).
statements_waiting = Signal()
# With `run` (a Reconciliation).
reconciliation_waiting = Signal()

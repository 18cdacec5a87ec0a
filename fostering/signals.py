"""What services announce inside their transaction, so that the work that follows is queued in the
same transaction: either both are committed or neither. `fostering.tasks` listens."""

from django.dispatch import Signal

# With `mail` (an OutgoingMail) and `run_after` (a moment, or None for at once).
mail_waiting = Signal()

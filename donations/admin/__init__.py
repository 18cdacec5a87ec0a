"""The staff's side of giving, in Wagtail's admin: finance looks, refunds, sends and replays here.

Money is only looked at. What changes something is an action with its own permission that asks
first and calls a service; nobody adds, edits or deletes a record of money by hand.
"""

"""The donor’s own page: gifts, receipts, changes, data."""

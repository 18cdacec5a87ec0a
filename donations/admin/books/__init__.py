"""The books in the admin: ledger, payouts, comparison with the payment company, import of history,
and how the payment company's messages arrive."""

"""Every change of state: each function is one transaction, safe to repeat."""

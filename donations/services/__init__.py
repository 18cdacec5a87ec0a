"""Every change of state in giving: typed, one transaction each, idempotent, audited."""

"""Forms that visitors send: taken once, told to staff, forgotten in time."""

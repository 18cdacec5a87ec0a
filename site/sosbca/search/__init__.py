"""Site search: an index of its own with one analyser for both databases."""

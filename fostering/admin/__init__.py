"""Recruitment's side of the admin."""

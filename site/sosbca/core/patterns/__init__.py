"""The living page of patterns: every block and component of the site, as it looks today."""

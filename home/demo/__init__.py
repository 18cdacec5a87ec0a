"""Content to try the site with, in both languages. Loaded once, into an empty site."""

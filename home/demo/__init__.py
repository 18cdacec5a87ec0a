"""Content to try the site with, in both languages. Loaded once, into an empty site."""

from pathlib import Path

# Written in the format of docs/content-format.md.
CONTENT = Path(__file__).parent / "content"

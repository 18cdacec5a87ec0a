"""Answers to anonymous visitors from memory, before any Django code runs.

    layer       the WSGI layer around the site, one for each process
    requests    which requests may be answered from memory, and under which key
    answers     which answers may be kept, ready to send in every encoding
    shelves     where they are kept, within a number of bytes
    stamps      how each process learns that what pages show has changed
    changes     who tells it: signals of the models that pages show
    parts       which part of the content a change touches
    memory      what a process has looked up, for pages that have to be made
    making      what the code that makes a page can say about it

See docs/decisions/0013-page-cache.md.
"""

from .changes import changed
from .making import depends_on, fresh_until
from .parts import UNREMEMBERED
from .stamps import Group

__all__ = ["UNREMEMBERED", "Group", "changed", "depends_on", "fresh_until"]

"""What a page is about, in the words of schema.org.

    parts      what many pages speak of: the association, the site, pictures, the trail
    subjects   what one kind of page is about, one function for each kind
    script     the graph as a script element that a page can hold

Nothing is said that a reader of the page does not see, and never where children live.
"""

from .parts import Node, Shown, association, page_node, trail, website
from .script import as_script
from .subjects import subjects_of

__all__ = ["Node", "Shown", "as_script", "graph"]


def graph(shown: Shown) -> Node:
    """Everything about one page. No queries beyond those of the page itself."""
    nodes: list[Node] = [page_node(shown), *subjects_of(shown.page, shown)]
    if shown.organisation:
        nodes.append(association(shown, shown.organisation))
    nodes.append(website(shown))
    if len(shown.trail) > 1:
        nodes.append(trail(shown))
    return {"@context": "https://schema.org", "@graph": nodes}

"""What the body of a page can hold: the core's blocks, and those of the apps below."""

from wagtail import blocks

from blog.blocks import NewsListBlock
from donations.blocks import DonationFormBlock
from projects.blocks import ProjectListBlock
from sosbca.core.blocks import content_blocks


def page_blocks() -> list[tuple[str, blocks.Block]]:
    """The blocks of home, section and standard pages."""
    return [
        *content_blocks(),
        ("donation_form", DonationFormBlock()),
        ("news_list", NewsListBlock()),
        ("project_list", ProjectListBlock()),
    ]

"""Pictures for social networks, drawn for pages that have none of their own.

    cards       what is to be seen on a picture
    drawing     a card as a picture, made by Typst
    pictures    making, finding and removing them

They are made by tasks when a page is published, never while somebody waits for a page.
"""

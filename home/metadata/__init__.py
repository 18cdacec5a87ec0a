"""What machines read about the site and its pages: search engines, social networks, browsers.

addresses    absolute and canonical addresses
sharing      title, description and picture as other sites show them (Open Graph)
social       pictures drawn for pages that have none of their own
structured   what a page is about, in the words of schema.org (JSON-LD)
head         all of it together, for the head of a page
sitemap, robots, llms, manifest    addresses of their own
"""

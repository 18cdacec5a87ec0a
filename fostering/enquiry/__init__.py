"""The enquiry of future foster families: one question a page, kept as a draft until it is sent."""

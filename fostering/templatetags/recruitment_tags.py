"""Filters of recruitment's side of the admin."""

from django import template

from donations.admin import wording

register = template.Library()

register.filter("short_moment", wording.moment)
register.filter("short_day", wording.day, expects_localtime=True)

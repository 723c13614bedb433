"""Filters of the page on which a letter is read."""

from django import template

from papers.marking import marked

register = template.Library()


@register.filter
def looked_at(text, marks):
    """Show a text with what names another period marked."""
    return marked(str(text), marks or ())

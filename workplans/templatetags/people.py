"""A person's name on every page; a built-in of all templates."""

from django import template

from workplans.people import name_of

register = template.Library()
register.filter("person_name", name_of)

"""`{% table_rows "board" rows=… %}`: the body of a long table, from `templates/tables/`."""

from django import template

from tracking.tables import table_rows

register = template.Library()
register.simple_tag(table_rows)

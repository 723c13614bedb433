"""`{% table_rows "board" rows=… %}`: the body of a long table, from `templates/boards/tables/`."""

from django import template

from boards.table_rows import table_rows

register = template.Library()
register.simple_tag(table_rows)

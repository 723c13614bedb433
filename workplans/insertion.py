"""INSERT … SELECT: rows made from rows inside the database, thousands in the time of a few."""

from django.db import connections, models, router


def insert_select(model, source: models.QuerySet, **values) -> int:
    """Insert a row of `model` for each row of `source`, in its order; return how many.

    `values` says what goes into a field, by attname: an expression over `source`, or a plain value. The other fields get
    their defaults, nullable ones NULL. Checks of the database hold, triggers run; nothing of Python does.
    """
    fields = [field for field in model._meta.concrete_fields if _is_set(field, values)]
    expressions = [_expression(field, values.get(field.attname, field.get_default())) for field in fields]
    using = router.db_for_write(model)
    connection = connections[using]
    query = source.using(using).values_list(*expressions).query
    sql, parameters = query.get_compiler(using).as_sql()
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) {sql}", parameters)
        return cursor.rowcount


def _is_set(field, values) -> bool:
    if field.attname in values:
        return values[field.attname] is not None
    return not field.primary_key and not field.null


def _expression(field, value):
    if hasattr(value, "resolve_expression"):
        return value
    plain = field.target_field if field.is_relation else field
    return models.Value(value, output_field=plain.__class__() if isinstance(plain, models.AutoField) else plain)

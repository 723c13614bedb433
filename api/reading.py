"""GET of every resource: a page, and one row."""

from urllib.parse import urlencode

from django.http import HttpResponse
from ninja import Path, Query, Router

from .authentication import account_of
from .plain import write
from .problems import ProblemFound
from .resources import RESOURCES, Resource
from .statuses import answers

JSON = "application/json; charset=utf-8"

router = Router()
FORMS = {resource.name: resource.form() for resource in RESOURCES}


def _add(resource: Resource) -> None:
    """Add the two addresses of a resource: its rows, and one of them."""
    form = FORMS[resource.name]
    asked = resource.query(paged=True)

    def rows(request, asked: Query[asked]):
        return _page(request, resource, asked)

    def row(request, pk: int = Path(description="编号")):
        return one(resource, account_of(request), pk)

    rows.__name__, row.__name__ = f"{resource.name}", f"{resource.name}_one"
    added = {"tags": [resource.label]}
    router.get(
        f"/{resource.name}", response=answers(resource.page(form)), summary=f"{resource.label}：一页", url_name=resource.name,
        operation_id=resource.name, **added,
    )(rows)  # fmt: skip
    router.get(
        f"/{resource.name}/{{int:pk}}", response=answers(form, missing=True), summary=f"{resource.label}：一条",
        url_name=f"{resource.name}_one", operation_id=f"{resource.name}_one", **added,
    )(row)  # fmt: skip


def _page(request, resource: Resource, asked) -> HttpResponse:
    """Answer one page; one row more than it holds is read to know whether another follows."""
    refuse_unknown(request, asked)
    chosen = asked.model_dump()
    limit, after = chosen.pop("limit"), chosen.pop("after")
    rows = resource.rows(account_of(request), chosen).filter(pk__gt=after)
    found = resource.read(rows[: limit + 1])
    following = None
    if len(found) > limit:
        found.pop()
        query = request.GET.dict() | {"after": found[-1]["id"]}
        following = f"{request.path}?{urlencode(query)}"
    return HttpResponse(write({"data": found, "next": following}), content_type=JSON)


def refuse_unknown(request, asked) -> None:
    """Refuse a parameter there is none of: a filter misspelt would answer with everything."""
    if unknown := sorted(set(request.GET) - set(type(asked).model_fields)):
        mistakes = [{"where": name, "message": "没有这个参数。"} for name in unknown]
        raise ProblemFound("invalid", errors=mistakes)


def one(resource: Resource, user, pk: int) -> HttpResponse:
    """Answer one row, with its version as ETag where it has one. Raises ProblemFound."""
    found = row_of(resource, user, pk)
    headers = {"ETag": f'"{found["version"]}"'} if "version" in found else None
    return HttpResponse(write(found), content_type=JSON, headers=headers)


def row_of(resource: Resource, user, pk: int) -> dict:
    """Return one row the user may read, as JSON has it. Raises ProblemFound."""
    found = resource.read(resource.rows(user, {}).filter(pk=pk))
    if not found:
        raise ProblemFound("not-found")
    return found[0]


for _resource in RESOURCES:
    _add(_resource)

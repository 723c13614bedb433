"""What a resource has is said on the models: the forms of the document are made of their fields, labels and choices."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import models
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, create_model

LARGEST = 2**63 - 1  # a BIGINT
Id = Annotated[int, Field(ge=1, le=LARGEST)]
# What neither database can keep in a text.
STORABLE = r"^[^\x00]*$"
Moment = Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("2000-01-01T00:00:00+00:00"), le=datetime.fromisoformat("2099-12-31T00:00:00+00:00"))]  # fmt: skip

# Field of a model → what stands in the JSON.
TYPES = (
    (models.ForeignKey, int),
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.DecimalField, float),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.JSONField, list[str]),
    (models.CharField, str),
    (models.TextField, str),
)


class Form(Schema):
    """Base of what is written down in the document."""

    model_config = ConfigDict(extra="forbid")


def type_of(field: models.Field) -> Any:
    """Return the type of a model's field in JSON; a field with choices takes their codes alone."""
    if field.choices:
        return Literal[tuple(code for code, _label in field.choices)]
    found = next((kind for model, kind in TYPES if isinstance(field, model)), None)
    return found or (int if isinstance(field, models.AutoField) else str)


def told(field: models.Field) -> str:
    """Return what a field is called, with its codes where it has some."""
    codes = "，".join(f"`{code}` {label}" for code, label in field.choices or ())
    return f"{field.verbose_name}：{codes}" if codes else str(field.verbose_name)


def form_of(name: str, model: type[models.Model], attributes: tuple[str, ...], **more) -> type[Schema]:
    """Return the form of a resource: `attributes` of the model, and `more` (name → (type, what it is))."""
    fields: dict[str, Any] = {}
    for attribute in attributes:
        field = model._meta.get_field(attribute)
        kind = type_of(field)
        about = "编号" if field.primary_key else told(field) + ("（编号）" if field.is_relation else "")
        fields[attribute] = (kind | None if field.null else kind, Field(description=about))
    fields |= {key: (kind, Field(description=about)) for key, (kind, about) in more.items()}
    return create_model(name, __base__=Form, **fields)


def page_of(name: str, form: type[Schema]) -> type[Schema]:
    """Return the form of a page of rows."""
    return create_model(
        f"{name}Page",
        __base__=Form,
        data=(list[form], Field(description="这一页的数据，按编号从小到大")),  # type: ignore[valid-type]
        next=(str | None, Field(description="下一页的网址；没有下一页时为 `null`")),
    )


class Mistake(Form):
    """One mistake in what was sent."""

    where: str = Field(description="哪一项")
    message: str = Field(description="错在哪里")


class ProblemForm(Schema):
    """问题（RFC 9457）: 程序看 code，人看 detail。"""

    type: str
    title: str
    status: int
    code: str = Field(description="问题的代码，不会因文字修改而变")
    detail: str
    errors: list[Mistake] | None = Field(None, description="`code` 为 `invalid` 时：各项错误")

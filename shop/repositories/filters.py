"""Declarative filters: `path__operator` fields of a pydantic model turned into SQL in one place.

    class BookFilters(Filters, entity=Book, order=("price", "title")):
        title__ilike: str | None = None
        publisher__name__eq: str | None = None

A path may go through relations; related fields become EXISTS, so a join never counts a row
twice. Paths and operators are resolved when the class is made: a wrong one fails at import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from sqlalchemy import ColumnElement, Select, and_, inspect
from sqlalchemy.orm import InstrumentedAttribute

from shop.errors import FieldError, Invalid
from shop.models.columns import LARGEST_INTEGER

Criterion = ColumnElement[bool]
# Wraps a criterion on the far entity into one on the near entity.
Wrap = Callable[[Criterion], Criterion]
Hop = tuple[Any, Wrap]


def contains(column: ColumnElement[Any] | InstrumentedAttribute[Any], text: str) -> Criterion:
    """Contains, whatever the case; `%` and `_` mean themselves."""
    return column.icontains(text, autoescape=True)


OPERATORS: dict[str, Callable[[Any, Any], Criterion]] = {
    "eq": lambda column, value: column == value,
    "neq": lambda column, value: column.is_distinct_from(value),
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "ilike": contains,
    "in": lambda column, value: column.in_(value),
}


def _split(value: object) -> object:
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


def _with_zone(value: object) -> object:
    # By itself pydantic would take a number for seconds since 1970.
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain_sum(value: object) -> object:
    """Decimal itself takes `1e3` and `NaN` as well."""
    if isinstance(value, str) and not re.fullmatch(SUM, value):
        raise ValueError("is a sum like 499 or 499.90")
    return value


# PostgreSQL's integer; a larger number can match nothing and would be a DataError.
Int = Annotated[int, Field(ge=-(2**31), le=LARGEST_INTEGER)]
# Roubles with kopecks.
SUM = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"
Sum = Annotated[
    Decimal,
    Field(ge=0, max_digits=10, decimal_places=2),
    BeforeValidator(_plain_sum),
    WithJsonSchema({"type": "string", "pattern": SUM}),
]
# ISO 8601; without a zone it is UTC.
Moment = Annotated[AwareDatetime, BeforeValidator(_with_zone)]
# PostgreSQL's text holds no NUL; longer than this is no search for anything.
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
# `a,b,c` in a query string.
CSV = BeforeValidator(_split)
CsvStr = Annotated[list[Text], CSV]
CsvInt = Annotated[list[Int], CSV]


class Filters(BaseModel):
    """A set of filters on one entity. Fields that were not given do not filter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    _entity: ClassVar[Any]
    _hops: ClassVar[Mapping[str, Hop]]
    _builders: ClassVar[dict[str, Callable[[Any], Criterion]]]
    _orders: ClassVar[dict[str, InstrumentedAttribute[Any]]]

    order_by: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Takes the keywords that the next method reads: pydantic hands them to both."""

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]
        cls,
        *,
        entity: type[Any],
        order: tuple[str, ...] = (),
        hops: Mapping[str, Hop] | None = None,
        **kwargs: Any,
    ) -> None:
        """`order` names the sortable columns; `hops` adds relations under names of our own."""
        super().__pydantic_init_subclass__(**kwargs)
        cls._entity, cls._hops = entity, hops or {}
        cls._orders = {name: getattr(entity, name) for name in order}
        cls._builders = {
            name: cls._builder(name) for name in cls.model_fields if name != "order_by"
        }

    @classmethod
    def _builder(cls, name: str) -> Callable[[Any], Criterion]:
        """The SQL of one field: the class's method `filter_<name>`, or a path and an operator."""
        if (own := getattr(cls, f"filter_{name}", None)) is not None:
            return own  # type: ignore[no-any-return]
        *path, operator = name.split("__")
        if not path or operator not in (*OPERATORS, "isnull"):
            raise TypeError(f"{cls.__name__}.{name}: not path__operator")
        if operator == "isnull":
            # No related row is a null too, and there is none to compare.
            present = cls._resolve(cls._entity, path, lambda column, _: column.is_not(None))
            return lambda value: ~present(value) if value else present(value)
        return cls._resolve(cls._entity, path, OPERATORS[operator])

    @classmethod
    def _resolve(
        cls, entity: Any, path: list[str], compare: Callable[[Any, Any], Criterion]
    ) -> Callable[[Any], Criterion]:
        head, *rest = path
        if not rest:
            if head not in inspect(entity).column_attrs:
                raise TypeError(f"{cls.__name__}: {entity.__name__} has no column {head!r}")
            column = getattr(entity, head)
            return lambda value: compare(column, value)
        target, wrap = cls._hop(entity, head)
        inner = cls._resolve(target, rest, compare)
        return lambda value: wrap(inner(value))

    @classmethod
    def _hop(cls, entity: Any, name: str) -> Hop:
        if entity is cls._entity and name in cls._hops:
            return cls._hops[name]
        relations = inspect(entity).relationships
        if name not in relations:
            raise TypeError(f"{cls.__name__}: {entity.__name__} has no relation {name!r}")
        relation = getattr(entity, name)
        wrap = relation.any if relations[name].uselist else relation.has
        return relations[name].mapper.class_, wrap

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Any:
        """Filters from a query string; Invalid lists every wrong field and what is allowed."""
        try:
            filters = cls.model_validate(dict(given))
            filters.ordering()
        except ValidationError as error:
            raise Invalid(cls._allowed(), tuple(_field_errors(error))) from None
        return filters

    @classmethod
    def sensible(cls, given: Mapping[str, str]) -> tuple[Any, list[str]]:
        """The filters that make sense, for a page, and the names of those that do not."""
        good = {name: value for name, value in given.items() if cls._makes_sense(name, value)}
        return cls.parse(good), [name for name in given if name not in good]

    @classmethod
    def _makes_sense(cls, name: str, value: str) -> bool:
        try:
            cls.parse({name: value})
        except Invalid:
            return False
        return True

    @classmethod
    def _allowed(cls) -> str:
        return (
            f"Filters: {', '.join(sorted(cls._builders))}. "
            f"order_by: {', '.join(sorted(cls._orders))}, with - before a name for descending."
        )

    @classmethod
    def orders(cls) -> list[str]:
        """The columns that can be sorted by."""
        return list(cls._orders)

    def ordering(self) -> list[ColumnElement[Any]]:
        """The ORDER BY asked for; Invalid for a column that cannot be sorted by."""
        result: list[ColumnElement[Any]] = []
        for part in (self.order_by or "").split(","):
            name = part.removeprefix("-")
            if not part:
                continue
            if name not in self._orders:
                problem = FieldError("order_by", f"cannot sort by “{name}”", "unknown_order")
                raise Invalid(self._allowed(), (problem,))
            column = self._orders[name]
            ordered = column.desc() if part.startswith("-") else column.asc()
            # What is not known comes last either way. Where all is known, an index has the order.
            result.append(ordered.nulls_last() if column.nullable else ordered)
        return result

    def criterion(self) -> Criterion:
        """Everything that was asked, as one condition."""
        asked = self.model_dump(exclude_none=True, exclude={"order_by"})
        return and_(True, *(self._builders[name](value) for name, value in asked.items()))

    def apply(self, query: Select[Any]) -> Select[Any]:
        return query.where(self.criterion()).order_by(*self.ordering(), self._entity.id)


def _field_errors(error: ValidationError) -> list[FieldError]:
    return [
        FieldError(
            ".".join(str(part) for part in problem["loc"][:1]),
            "unknown filter" if problem["type"] == "extra_forbidden" else problem["msg"],
            problem["type"],
        )
        for problem in error.errors()
    ]

"""Reading forms: what was typed is kept, and each mistake gets a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, BeforeValidator, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shop.errors import Conflict, FieldError, Invalid, ShopError, Stale

Model = TypeVar("Model", bound=BaseModel)
Messages = Mapping[str, object]
LOOK_AGAIN = _l("Please look at the marked fields.")
BY_TYPE: Messages = {
    "missing": _l("Please fill this in."),
    "string_too_short": _l("Please fill this in."),
    "string_too_long": _l("This is too long."),
    "string_pattern_mismatch": _l("This cannot be used as it stands."),
    "int_parsing": _l("Type a whole number."),
    "int_from_float": _l("Type a whole number."),
    "int_type": _l("Type a whole number."),
    "int_parsing_size": _l("This number is too large."),
    "decimal_parsing": _l("Type a sum such as 499.00."),
    "decimal_max_places": _l("Kopecks have two digits."),
    "decimal_max_digits": _l("This sum is too large."),
    "greater_than": _l("This number is too small."),
    "greater_than_equal": _l("This number is too small."),
    "less_than_equal": _l("This number is too large."),
    "less_than": _l("This number is too large."),
}
SOMEHOW = _l("This cannot be used as it stands.")


def decimal_point(value: object) -> object:
    """`−1 234,5` as people type it in Russian, so that Decimal reads it."""
    if not isinstance(value, str):
        return value
    return "".join(value.split()).replace(",", ".").replace("−", "-")


def _or_none(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


# A sum of money that somebody types.
Typed = BeforeValidator(decimal_point)
# A box that may stay empty, which is None then.
Blank = BeforeValidator(_or_none)


class Seen(BaseModel):
    """`version` is of what somebody had before their eyes."""

    version: int


class Pair(Seen):
    """Two that are one, both with the versions seen; `keep` is the one that stays."""

    keep: int
    other: int
    other_version: int


class Form:
    """What a form shows: the values typed and, after a mistake, a message beside each field."""

    def __init__(self, values: Mapping[str, object], problem: ShopError | None = None) -> None:
        self.values = values
        self.problem = problem
        self.errors = {e.field: e.message for e in problem.errors} if problem else {}

    def value(self, name: str) -> object:
        return self.values.get(name, "")

    def error(self, name: str) -> object | None:
        return self.errors.get(name)


def parse(model: type[Model], given: MultiDict[str, str], messages: Messages) -> Model:
    """The form as `model`; Invalid with a message for each field: `messages` first, by its name."""
    try:
        return model.model_validate(given.to_dict())
    except ValidationError as error:
        raise Invalid(LOOK_AGAIN, tuple(_field_errors(error, messages))) from None


def in_words(problem: ShopError, changed: object, refused: object = None) -> ShopError:
    """The problem with what to do about it: `changed` where somebody was faster, `refused` where it
    stands against what there is; its own words where there are none here."""
    if isinstance(problem, Stale):
        problem.detail = changed
    elif isinstance(problem, Conflict) and refused is not None:
        problem.detail = refused
    return problem


def form_page(template: str, form: Form, **shown: Any) -> Response:
    """The page of a form, with the status of the problem where there is one."""
    page = render_template(template, form=form, **shown)
    return make_response(page, form.problem.status if form.problem else 200)


def version_seen(version: int | None) -> int:
    """Of what is changed; Invalid where a form does not say, for then nothing could be checked."""
    if version is None:
        raise Invalid(_l("The form does not say what you saw before. Look again, and save again."))
    return version


def _field_errors(error: ValidationError, messages: Messages) -> list[FieldError]:
    problems: dict[str, FieldError] = {}
    for problem in error.errors():
        field = str(problem["loc"][0]) if problem["loc"] else ""
        message = messages.get(field) or BY_TYPE.get(problem["type"], SOMEHOW)
        problems.setdefault(field, FieldError(field, message, problem["type"]))
    return list(problems.values())

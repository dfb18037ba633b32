"""What is wrong with a configuration, all of it at once, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

# Such as could be used, where the real one cannot, to look at all that is beside it.
STAND_INS = {
    "database_url": "postgresql://",
    "redis_url": "redis://",
    "secret_key": "-" * 16,
    "public_url": "https://-",
    "mail_url": "smtp://-",
    "media_root": "/",
    "yookassa_shop_id": "-",
    "yookassa_secret_key": "-",
    "s3_bucket": "-",
    "s3_endpoint_url": "https://-",
    "s3_access_key_id": "-",
    "s3_secret_access_key": "-",
}


class ConfigError(Exception):
    """The configuration cannot be used. The message names every variable at fault; `problems` has
    a sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        told = "; ".join(problems)
        super().__init__(f"The shop cannot start: {told}. See README, “Configure”.")
        self.problems = tuple(problems)


def explained(
    error: ValidationError, given: Mapping[str, str], validate: Callable[[object], object]
) -> list[str]:
    """A sentence for each problem, once.

    What variables mean together is not looked at before each of them can be used. So it is looked
    at again with stand-ins for those that cannot be.
    """
    problems = error.errors()
    at_fault = {str(problem["loc"][0]) for problem in problems if problem["loc"]}
    usable = {name: value for name, value in given.items() if name not in at_fault}
    stand_ins = {name: value for name, value in STAND_INS.items() if name in at_fault}
    try:
        validate(usable | stand_ins)
    except ValidationError as more:
        problems += more.errors()
    return list(dict.fromkeys(map(_sentence, problems)))


def _sentence(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else ""
    if problem["type"] == "missing":
        return f"{name} is not set"
    text = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {text}".removeprefix(": ")

"""README's table of settings says what the configuration really takes."""

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from shop.config import Config

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
ROW = re.compile(r"^\| (`[A-Z][A-Z0-9_]+`(?:, `[A-Z0-9_]+`)*) \|(.*?)\| .+ \|$", re.MULTILINE)
# Shown in words: a list of networks, details of a seller that are samples.
IN_WORDS = {"YOOKASSA_API_URL", "YOOKASSA_WEBHOOK_SENDERS"}


def described() -> dict[str, str]:
    """Each variable and what stands in the column of defaults."""
    rows = {}
    for names, default in ROW.findall(README):
        variables = re.findall(r"[A-Z0-9_]+", names)
        defaults = [part.strip() for part in default.split(", ")]
        if len(defaults) != len(variables):
            defaults = [default.strip()] * len(variables)
        rows |= dict(zip(variables, defaults, strict=True))
    return rows


def test_every_variable_is_described_and_no_other():
    assert set(described()) == {name.upper() for name in Config.model_fields}


@pytest.mark.parametrize("name", Config.model_fields)
def test_what_is_required_and_what_is_left_out_is_said(name):
    field, said = Config.model_fields[name], described().get(name.upper(), "")
    if field.default is PydanticUndefined:
        assert said == "required"
    elif name.startswith("seller_"):
        assert said == "samples"
    elif name.upper() in IN_WORDS:
        assert said
    elif field.default in ((), "", None):
        assert not said or said.startswith("required ")
    else:
        # A word may explain it.
        assert said.startswith(f"`{_plain(field.default)}`")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)

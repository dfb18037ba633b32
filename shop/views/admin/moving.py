"""Lists that staff put in order by buttons: one place up, or one down."""

from __future__ import annotations

from typing import Annotated

from flask import request
from pydantic import BaseModel, Field

from shop.web.forms import parse


class Step(BaseModel):
    """So many places on; below 0 it is back."""

    places: Annotated[int, Field(ge=-1000, le=1000)]


def step_asked() -> int:
    """How far the form of this request moves a thing; Invalid where it says nothing."""
    return parse(Step, request.form, {}).places

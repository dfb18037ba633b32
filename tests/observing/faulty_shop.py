"""The shop, with a view and a job that have a bug each, about a person."""

from __future__ import annotations

from rq import get_current_job

from shop.web.access import public
from shop.web.services import services
from tests.observing.somebody import PERSON, TELEPHONE
from wsgi import app


class Bug(Exception):
    """Nobody has thought of it."""


@app.get("/bugs/<name>")
@public
def bug(name: str) -> str:
    """Asks for a job first, and then has trouble with a person."""
    services.outbox.outbox.nudge(["mail"])
    raise Bug(f"{name} has the telephone {TELEPHONE}")


def fail() -> None:
    """A job that has trouble with a person."""
    services.health.state()
    job = get_current_job()
    raise Bug(f"{PERSON} of {job and job.func_name} has the telephone {TELEPHONE}")

"""The parts of the shop, what runs by itself, and jobs that fail: try again, or forget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from shop.errors import NotFound, Unavailable
from shop.gateways.failed_jobs import FailedJob
from shop.models import Permission
from shop.repositories.log_spool import Standing
from shop.services.jobs import JobsNow
from shop.web.access import allowed_to
from shop.web.htmx import page_or_fragment, wants_fragment
from shop.web.lookouts import look
from shop.web.services import services

pages = Blueprint("admin_jobs", __name__, url_prefix="/admin/jobs")


@pages.get("")
@allowed_to(Permission.EDIT_SETTINGS)
def index() -> Response:
    """How each part is; what runs, what failed, when and why. htmx gets the parts alone."""
    now = _now()
    return page_or_fragment(
        "admin/jobs/page.html",
        "admin/jobs/_parts.html",
        parts=look().parts,
        now=now,
        spool=_spool(),
        kinds=_by_task(now.failed) if now else {},
        messages=services.parts.failing_messages(),
    )


@pages.get("/work")
@allowed_to(Permission.EDIT_SETTINGS)
def work() -> Response:
    """What waits, runs and is called for. htmx asks for it again and again."""
    if not wants_fragment():
        return index()
    return make_response(render_template("admin/jobs/_work.html", now=_now(), spool=_spool()))


@pages.post("/<job_id>/try-again")
@allowed_to(Permission.EDIT_SETTINGS)
def try_again(job_id: str) -> Response:
    """Put it into its queue once more."""
    return _done(services.jobs.try_again, job_id, _l("The job is in its queue again."))


@pages.post("/<job_id>/delete")
@allowed_to(Permission.EDIT_SETTINGS)
def forget(job_id: str) -> Response:
    """Neither keep nor run it any more."""
    return _done(services.jobs.forget, job_id, _l("The job is forgotten."))


@pages.post("/failed/try-again")
@allowed_to(Permission.EDIT_SETTINGS)
def try_all_again() -> Response:
    """Put all of one task into their queues once more."""
    number = services.jobs.try_all_again(request.form.get("task", ""))
    text = ngettext(
        "%(num)d job is in its queue again.", "%(num)d jobs are in their queues again.", number
    )
    return _back(text, done=number > 0)


@pages.post("/failed/delete")
@allowed_to(Permission.EDIT_SETTINGS)
def forget_all() -> Response:
    """Neither keep nor run those of one task any more."""
    number = services.jobs.forget_all(request.form.get("task", ""))
    text = ngettext("%(num)d job is forgotten.", "%(num)d jobs are forgotten.", number)
    return _back(text, done=number > 0)


def _done(change: Callable[[str], None], job_id: str, notice: object) -> Response:
    """Somebody else may have been faster: then there is nothing left to do."""
    try:
        change(job_id)
    except NotFound:
        return _back(_l("This job is not among those that failed any more."), done=False)
    return _back(notice, done=True)


def _back(notice: object, *, done: bool) -> Response:
    flash(str(notice), "success" if done else "warning")
    return redirect(url_for("admin_jobs.index"), 303)


def _now() -> JobsNow | None:
    """None while Redis is away."""
    try:
        return services.jobs.now()
    except Unavailable:
        return None


def _spool() -> Standing | None:
    """None while Redis is away, and where log records are not shipped."""
    try:
        return services.log_shipping.standing()
    except Unavailable:
        return None


def _by_task(failed: Sequence[FailedJob]) -> dict[str, list[FailedJob]]:
    """The task whose job failed last comes first."""
    kinds: dict[str, list[FailedJob]] = {}
    for job in failed:
        kinds.setdefault(job.task, []).append(job)
    return kinds

"""The parts of the shop, and jobs and messages that fail: try again, or forget."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from shop.errors import NotFound
from shop.models import Permission
from shop.web.access import allowed_to
from shop.web.htmx import page_or_fragment
from shop.web.services import services

pages = Blueprint("admin_jobs", __name__, url_prefix="/admin/jobs")

PARTS = {
    "postgresql": _l("Database (PostgreSQL)"),
    "redis": _l("Carts and queue (Redis)"),
    "worker": _l("Worker, which runs jobs"),
    "clock": _l("Clock, which calls for them"),
    "mail": _l("Mail server"),
    "files_local": _l("Folder of pictures"),
    "files_s3": _l("Pictures in S3"),
}


@pages.get("")
@allowed_to(Permission.EDIT_SETTINGS)
def index() -> Response:
    """How each part is; what failed, when and why. htmx gets the parts alone."""
    return page_or_fragment("admin/jobs/page.html", "admin/jobs/_parts.html", **_told())


@pages.post("/<job_id>/try-again")
@allowed_to(Permission.EDIT_SETTINGS)
def try_again(job_id: str) -> Response:
    """Put it into its queue once more."""
    return _done(services.parts.try_job_again, job_id, _l("The job is in its queue again."))


@pages.post("/<job_id>/delete")
@allowed_to(Permission.EDIT_SETTINGS)
def forget(job_id: str) -> Response:
    """Neither keep nor run it any more."""
    return _done(services.parts.forget_job, job_id, _l("The job is forgotten."))


def _done(change: Callable[[str], None], job_id: str, notice: object) -> Response:
    """Somebody else may have been faster: then there is nothing left to do."""
    try:
        change(job_id)
    except NotFound:
        flash(str(_l("This job is not among those that failed any more.")), "warning")
    else:
        flash(str(notice), "success")
    return redirect(url_for("admin_jobs.index"), 303)


def _told() -> dict[str, object]:
    return {
        "parts": services.parts.answering(),
        "names": PARTS,
        "jobs": services.parts.failed_jobs(),
        "messages": services.parts.failing_messages(),
    }

"""The shop names jobs, topics and mails by strings: each name leads to what does it."""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import jobs
from jobs.clock import SCHEDULE
from shop.gateways.queue import Task
from shop.services.outbox import Topic

ROOT = Path(__file__).resolve().parents[2]
# What runs by itself; the others are jobs.
PROGRAMS = {"worker", "clock", "staying"}


def functions() -> set[str]:
    """Every function of the modules in jobs/."""
    names = {module.name for module in iter_modules(jobs.__path__)} - PROGRAMS
    return {
        f"jobs.{module}.{name}"
        for module in names
        for name, value in vars(import_module(f"jobs.{module}")).items()
        if inspect.isfunction(value) and value.__module__ == f"jobs.{module}"
    }


def test_every_task_is_a_job_and_every_job_a_task():
    assert {str(task) for task in Task} == functions()


@pytest.mark.parametrize("task", Task)
def test_a_job_can_be_called_with_nothing_and_says_what_it_answers(task):
    module, _, name = str(task).rpartition(".")
    signature = inspect.signature(getattr(import_module(module), name))
    assert not signature.parameters
    assert signature.return_annotation in (int, "int")


def test_the_clock_runs_every_task():
    scheduled = {f"{function.__module__}.{function.__name__}" for function, _ in SCHEDULE}
    assert scheduled == {str(task) for task in Task}
    assert all(seconds > 0 for _, seconds in SCHEDULE)


def puts() -> list[tuple[str, dict[str, ast.expr]]]:
    """Every `outbox.put(Topic.X, key, **payload)` in the services: the topic and the payload."""
    found = []
    for path in (ROOT / "shop" / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("outbox.put"):
                payload = {k.arg: k.value for k in node.keywords if k.arg not in (None, "after")}
                found.append((ast.unparse(node.args[0]).removeprefix("Topic."), payload))
    return found


def test_every_topic_has_a_handler_and_is_asked_for(app):
    handlers = app.extensions["services"].outbox.handlers
    assert set(handlers) == set(Topic)
    assert {topic for topic, _ in puts()} == {topic.name for topic in Topic}


def test_a_handler_takes_what_is_written_for_it(app):
    handlers = app.extensions["services"].outbox.handlers
    for topic, payload in puts():
        inspect.signature(handlers[Topic[topic]]).bind(key="a key", **payload)


def test_every_mail_that_is_promised_is_written_as_text_and_html():
    promised = {
        payload["name"].value
        for topic, payload in puts()
        if topic == "MAIL" and isinstance(payload["name"], ast.Constant)
    }
    folder = ROOT / "templates" / "email"
    for ending in ("txt", "html"):
        written = {path.stem for path in folder.glob(f"order_*.{ending}")}
        assert written == promised
    assert all((folder / f"{name}.txt").read_text().count("Subject: ") == 1 for name in promised)

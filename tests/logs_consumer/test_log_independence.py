"""The log service is a program of its own: it needs its folder and its requirements only."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.logs_consumer.parts import APP

# What a package of the requirements is imported as, where that is another name.
IMPORTED_AS = {
    "jsonschema_rs": {"jsonschema_rs"},
    "prometheus_client": {"prometheus_client"},
    "pymongo": {"pymongo", "bson"},
    "python_json_logger": {"pythonjsonlogger"},
    # Flask is made of it.
    "flask": {"flask", "werkzeug"},
}
SHOP = ("shop", "jobs", "dev", "tests")


def required() -> set[str]:
    lines = (APP / "requirements.in").read_text().splitlines()
    names = {
        re.split(r"[<>=\[]", line)[0].strip().replace("-", "_")
        for line in lines
        if line and not line.startswith("#")
    }
    return {module for name in names for module in IMPORTED_AS.get(name, {name})}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_it_imports_its_requirements_and_itself_only() -> None:
    allowed = required() | {"log_service"} | set(sys.stdlib_module_names)
    found = {name for path in APP.rglob("*.py") for name in imported(path)}
    assert found <= allowed
    # The other way round: nothing is required in vain but what serves it.
    assert required() - found == {"gunicorn"}


def test_it_starts_in_its_folder_without_the_shop() -> None:
    names = sorted(path.stem for path in (APP / "log_service").glob("*.py") if path.stem != "wsgi")
    program = f"""
import importlib, sys
sys.path.insert(0, ".")
for name in {names}:
    importlib.import_module(f"log_service.{{name}}")
print(sorted({{name.split(".")[0] for name in sys.modules}} & set({SHOP})))
"""
    # -I: neither the environment nor where it was started says what it finds.
    command = [sys.executable, "-I", "-X", f"pycache_prefix={sys.pycache_prefix or ''}"]
    ended = subprocess.run([*command, "-c", program], cwd=APP, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")

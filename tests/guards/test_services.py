"""Services are given what they ask of the stores: `shop/bootstrap` alone makes it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "shop/services").rglob("*.py"))


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_service_makes_its_repositories_or_writes_sql(file):
    nodes = list(ast.walk(ast.parse(file.read_text())))
    calls = [_name(node.func) for node in nodes if isinstance(node, ast.Call)]
    assert [name for name in calls if name.endswith("Repository")] == []
    imports = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "sqlalchemy"]
    assert "text" not in {each.name for node in imports for each in node.names}

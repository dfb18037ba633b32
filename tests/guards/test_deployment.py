"""What hosts and containers are told agrees with what the shop is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dev.bench import proxy
from shop.config import Config

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent
# gunicorn reads them itself.
GUNICORN = {"WEB_CONCURRENCY", "PORT"}
VARIABLES = {name.upper() for name in Config.model_fields}
FILLED = {
    "PUBLIC_URL": "https://shop.example",
    "MAIL_URL": "smtp://mail.example",
    "S3_ENDPOINT_URL": "https://s3.example",
}


def processes(folder: Path = ROOT) -> dict[str, str]:
    lines = (folder / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def described(folder: Path = ROOT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "app.json").read_text())
    return found


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text())
    return found


def dockerfile(folder: Path) -> str:
    return (folder / "Dockerfile").read_text()


def test_a_host_is_asked_for_what_the_shop_reads_and_nothing_else():
    env = described()["env"]
    assert set(env) <= VARIABLES | GUNICORN
    assert all(each["description"].endswith(".") for each in env.values())
    # No secret is in a file that everybody reads.
    assert not [name for name in env if re.search("SECRET|URL", name) and env[name].get("value")]


def test_the_shop_starts_with_what_a_host_was_told():
    app = described()
    environ = {"DYNO": "web.1"}
    for name, each in app["env"].items():
        if each.get("required", True):
            environ[name] = each.get("value") or FILLED.get(name, "1" * 16)
    for addon in app["addons"]:
        scheme = {"DATABASE": "postgres", "REDIS": "rediss"}[addon["as"]]
        environ[f"{addon['as']}_URL"] = f"{scheme}://user:password@host/1"
    config = Config.from_env(environ)
    assert config.production
    assert config.trusted_proxies == 1


def test_a_host_runs_every_process():
    assert set(described()["formation"]) == set(processes()) - {"release"}


def test_static_files_are_made_ready_where_each_process_has_them():
    step = "python -m shop.web.assets"
    assert step in (ROOT / "bin/post_compile").read_text()
    assert (ROOT / "bin/post_compile").stat().st_mode & 0o111
    assert step in dockerfile(ROOT)


@pytest.mark.parametrize("name", ["release", "web", "worker", "clock"])
def test_containers_run_what_the_procfile_says(name):
    command = compose()["services"][name]["command"]
    if isinstance(command, list):
        assert command[:2] == ["sh", "-c"]
        command = command[2]
    assert command == processes()[name]
    assert f"CMD {json.dumps(processes()['web'].split())}" in dockerfile(ROOT)


@pytest.mark.parametrize("name", ["release", "web", "worker", "clock"])
def test_containers_are_given_settings_that_there_are(name):
    service = compose()["services"][name]
    settings = service["environment"]
    assert set(settings) <= VARIABLES | GUNICORN
    needed = {k.upper() for k, field in Config.model_fields.items() if field.is_required()}
    assert needed <= set(settings)
    # It waits for what it cannot begin without.
    assert ("release" in service["depends_on"]) is (name != "release")


def test_what_compose_wants_is_in_the_example():
    text = (ROOT / "compose.yaml").read_text()
    example = (ROOT / ".env.example").read_text()
    given = set(re.findall(r"^#?([A-Z0-9_]+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{([A-Z0-9_]+):\?", text)) <= given
    assert given <= set(re.findall(r"\$\{([A-Z0-9_]+):", text))
    secrets = re.findall(r"^[A-Z_]*(?:PASSWORD|SECRET|TOKEN)[A-Z_]*=(.*)", example, re.MULTILINE)
    assert not any(secrets)


def test_no_secret_is_written_into_compose():
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASS|SECRET|TOKEN|AUTH", name):
                assert str(value).startswith("${"), name


def test_whoever_is_waited_for_says_that_it_is_well():
    services = compose()["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert services[name]["healthcheck"]["test"]
            else:
                assert name == "release"
    for name, service in services.items():
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose()["volumes"], name


def test_the_proxy_that_is_recommended_is_the_one_that_was_measured():
    told = re.sub(r"\s+", " ", (ROOT / "docs/deploy.md").read_text())
    lines = [
        line.strip() for line in proxy.SETTINGS.format(bind="", host="", servers="").splitlines()
    ]
    for line in lines[lines.index("defaults") :]:
        if line and not line.startswith(("#", "bind", "http-check send")):
            assert line in told, line


def test_compose_is_what_its_schema_says():
    checker = SCRIPTS / "check-jsonschema"
    schema = ["--builtin-schema", "vendor.compose-spec"]
    said = subprocess.run(
        [sys.executable, checker, *schema, ROOT / "compose.yaml"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("folder", [ROOT, ROOT / "logs_consumer"], ids=["shop", "logs"])
def test_images_hold_what_they_run_and_no_more(folder):
    lines = dockerfile(folder).splitlines()
    copied = [line.split()[1:-1] for line in lines if re.match(r"COPY (?!--from)", line)]
    sources = {name.removeprefix("./") for names in copied for name in names}
    missing = [name for name in sources if not (folder / name).exists()]
    assert not missing
    ignore = (folder / ".dockerignore").read_text().splitlines()
    assert ignore[1] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == sources
    # The last word on who runs it.
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001"]


def test_images_are_made_as_they_should_be():
    files = [ROOT / "Dockerfile", ROOT / "logs_consumer/Dockerfile"]
    said = subprocess.run(
        [SCRIPTS / "hadolint", *files], check=False, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout

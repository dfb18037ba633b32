"""Third-party files are what their lists say, and each has its licence beside it."""

import hashlib
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
FOLDERS = [STATIC / "vendor", STATIC / "fonts", STATIC.parent / "dev" / "demo" / "fonts"]
OURS = {"README.md", "CHECKSUMS.sha256"}


def listed(folder: Path) -> dict[str, str]:
    lines = (folder / "CHECKSUMS.sha256").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("  ", 1) for line in lines)
    return {name: digest for digest, name in pairs}


def present(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in OURS)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_list_names_every_file_and_its_checksum(folder: Path) -> None:
    assert present(folder) == listed(folder)


@pytest.mark.parametrize(
    "package", sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())
)
def test_a_package_has_its_licence_and_a_line_in_the_readme(package: Path) -> None:
    assert (package / "LICENSE").stat().st_size
    assert f"| `{package.name}/` |" in (package.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("font", sorted(f for f in FOLDERS[1].iterdir() if f.suffix == ".woff2"))
def test_a_font_has_its_licence_and_its_rule(font: Path) -> None:
    family = font.name.rsplit("-latin", 1)[0].rsplit("-cyrillic", 1)[0]
    assert "SIL OPEN FONT LICENSE" in (font.parent / f"OFL-{family}.txt").read_text("utf-8")
    assert f'url("../fonts/{font.name}")' in (STATIC / "css" / "fonts.css").read_text("utf-8")

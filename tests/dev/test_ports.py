from __future__ import annotations

import socket
from pathlib import Path

from dev.services.ports import free_port, is_free, kept_port


def test_a_listener_takes_a_port_and_frees_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_a_port_is_kept_while_it_is_free(tmp_path: Path) -> None:
    first = kept_port(tmp_path / "port")
    assert kept_port(tmp_path / "port") == first
    with socket.create_server(("127.0.0.1", first)):
        second = kept_port(tmp_path / "port")
    assert second != first
    assert kept_port(tmp_path / "port") == second


def test_a_spoiled_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("not a port")
    assert is_free(kept_port(tmp_path / "port"))


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())

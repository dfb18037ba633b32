"""`python -m dev.yookassa_sandbox`"""

import signal
import subprocess
import sys

import pytest
import requests

from dev.yookassa_sandbox.__main__ import main


def test_it_says_where_it_is_serves_and_stops_when_told(tmp_path, refuses):
    command = [sys.executable, "-m", "dev.yookassa_sandbox", "--shop-id", "1"]
    options = ["--secret-key", "s", "--db", str(tmp_path / "s.db"), "--retry-after", "1,2.5"]
    with subprocess.Popen(command + options, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            url = line.split()[2].removesuffix("/v3")
            assert requests.get(f"{url}/v3/me", auth=("1", "s"), timeout=10).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert refuses(url)


def test_it_needs_to_know_the_shop(capsys):
    with pytest.raises(SystemExit):
        main(["--secret-key", "s"])
    assert "--shop-id" in capsys.readouterr().err

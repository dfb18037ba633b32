"""The services for tests, until Ctrl-C: `python -m dev.services`, or `make services`."""

from __future__ import annotations

import shlex
import signal

from dev.problems import told_plainly
from dev.processes import end_with_make
from dev.services.scratch import scratch_services
from dev.stopping import stop_in_order


def main() -> None:
    end_with_make()
    stop_in_order()
    with told_plainly(), scratch_services() as environment:
        print("Services for tests run until Ctrl-C. In another terminal:\n")
        for name, url in environment.items():
            print(f"export {name}={shlex.quote(url)}")
        print("\nand then .venv/bin/python -m pytest", flush=True)
        while True:
            signal.pause()


if __name__ == "__main__":
    main()

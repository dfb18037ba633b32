"""What it costs to try a password."""

from __future__ import annotations

import subprocess
import sys

# A process of the shop has what it hashes with from nobody but the shop.
HASHES = """
from shop.services.accounts.passwords import Passwords
passwords = Passwords()
print(passwords.hash("a password"), passwords._nobody)
"""


def test_a_hash_costs_what_rfc_9106_wants_with_an_account_and_without():
    answer = subprocess.run([sys.executable, "-c", HASHES], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    for made in answer.stdout.split():
        # 64 MiB, three passes, four lanes, and a salt and a hash of 16 and 32 bytes in base 64.
        kind, version, cost, salt, hashed = made.removeprefix("$").split("$")
        assert (kind, version, cost) == ("argon2id", "v=19", "m=65536,t=3,p=4")
        assert (len(salt), len(hashed)) == (22, 43)

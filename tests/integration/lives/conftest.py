"""What is checked outside the test modules shows its values too when it fails."""

import pytest

MODULES = ("accounts", "carting", "duties", "lateness", "paying", "placing", "promises", "world")

pytest.register_assert_rewrite(*(f"tests.integration.lives.{module}" for module in MODULES))

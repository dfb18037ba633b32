"""Files of pictures that are taken away, on S3: the tests of the folder, once more."""

from tests.integration.test_unused_files import *  # noqa: F403

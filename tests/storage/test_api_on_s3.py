"""Pictures sent by programs, on S3: tests of the folder once more, those that keep something."""

from tests.api.test_images import (  # noqa: F401
    book,
    clerk,
    test_a_picture_that_is_taken_away_is_gone_with_its_file,
    test_a_picture_waits_for_its_sizes_and_is_the_cover_then,
    test_the_same_picture_again_is_the_one_that_is_there,
)

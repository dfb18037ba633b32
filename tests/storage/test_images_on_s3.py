"""What is done with pictures, on S3: tests of the folder once more, those that keep something."""

from tests.integration.test_images import (  # noqa: F401
    book,
    test_a_picture_is_kept_and_waits_for_its_sizes,
    test_making_the_sizes_again_changes_nothing,
    test_sizes_are_made_as_far_as_the_picture_goes,
    test_the_same_picture_twice_at_once_is_one,
    test_the_same_picture_twice_is_one,
)

"""Files of pictures that are taken away, on S3: the tests of the folder, once more."""

from tests.integration.test_unused_files import (  # noqa: F401
    book,
    test_a_picture_that_comes_again_while_its_files_go_has_them,
    test_a_picture_whose_file_goes_before_it_is_noted_keeps_it,
    test_files_that_another_book_needs_stay,
    test_sizes_of_a_picture_that_goes_while_they_are_made_are_let_go_of,
    test_sizes_of_a_picture_that_is_gone_are_not_made,
    test_the_files_of_a_picture_go_after_it,
    test_the_pictures_of_a_deleted_book_go_with_it,
)

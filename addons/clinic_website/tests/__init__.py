from . import (
    test_captcha,
    test_catalogue,
    test_guardian,
    test_hold,
    test_known,
    test_known_who,
    test_languages,
    test_messages,
    test_pages,
    test_rights,
    test_tour,
    test_tour_known,
)

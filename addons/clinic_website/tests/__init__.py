from . import (
    test_captcha,
    test_catalogue,
    test_guardian,
    test_hold,
    test_known,
    test_messages,
    test_pages,
    test_rights,
    test_tour,
)

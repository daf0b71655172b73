from . import (
    test_forged,
    test_hold,
    test_languages,
    test_link,
    test_machine,
    test_offer,
    test_payment,
    test_refund,
    test_review,
    test_rights,
    test_rule,
    test_tour,
)

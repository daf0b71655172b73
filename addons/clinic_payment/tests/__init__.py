from . import test_hold, test_link, test_payment, test_refund, test_review, test_rights, test_rule, test_tour

from . import test_card, test_fee, test_rights, test_rule, test_tour

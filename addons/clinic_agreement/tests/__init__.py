from . import test_agreement, test_break, test_night, test_rights

from . import test_accessible, test_questions, test_rights, test_whose

from . import test_questions, test_rights, test_whose

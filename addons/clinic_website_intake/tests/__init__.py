from . import test_questions, test_rights

from . import test_record, test_rights, test_summary

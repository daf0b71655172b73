from . import test_forms, test_leave

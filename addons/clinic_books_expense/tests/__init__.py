from . import test_staff_expense

from . import test_expense
from . import test_reports
from . import test_rights

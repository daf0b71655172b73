from . import test_due
from . import test_rights

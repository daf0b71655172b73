from . import test_entry
from . import test_rights
from . import test_rule
from . import test_statement

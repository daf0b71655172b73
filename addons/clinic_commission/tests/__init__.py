from . import test_depth
from . import test_entry
from . import test_month
from . import test_payout
from . import test_remains
from . import test_rights
from . import test_rule
from . import test_statement

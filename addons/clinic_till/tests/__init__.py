from . import test_blind
from . import test_closing
from . import test_corrections
from . import test_currency
from . import test_days
from . import test_rights

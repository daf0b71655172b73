from . import test_consume
from . import test_js
from . import test_rights
from . import test_stock_branch
from . import test_stock_count
from . import test_stock_scan_tour
from . import test_stock_transfer
from . import test_treatment_location

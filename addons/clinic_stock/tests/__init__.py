from . import test_consume
from . import test_rights
from . import test_treatment_location
from . import test_open_vial
from . import test_exits
from . import test_reorder
from . import test_reorder_told
from . import test_lot_expiry

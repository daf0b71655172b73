from . import test_invoice_items
from . import test_item_value
from . import test_perpetual
from . import test_margin
from . import test_rights
from . import test_hand_over

from . import test_checkout
from . import test_one_truth
from . import test_payment
from . import test_portal
from . import test_price
from . import test_quote
from . import test_rights
from . import test_board

from . import test_book
from . import test_booking_dialog
from . import test_hold
from . import test_life_cycle
from . import test_reservation
from . import test_rights
from . import test_rpc
from . import test_visit_form

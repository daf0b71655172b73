from . import test_reckoning
from . import test_sale
from . import test_session
from . import test_refund
from . import test_scenario
from . import test_course
from . import test_rights
from . import test_random

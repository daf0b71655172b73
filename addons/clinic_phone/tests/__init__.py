from . import test_address
from . import test_call
from . import test_rights
from . import test_tour

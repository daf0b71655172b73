from . import test_commission_package
from . import test_random

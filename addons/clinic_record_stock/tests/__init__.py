from . import test_scan
from . import test_allergy

from . import test_allergy
from . import test_scan

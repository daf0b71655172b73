from . import test_consume
from . import test_rights
from . import test_treatment_location

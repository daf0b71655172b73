from . import test_photos
from . import test_rights

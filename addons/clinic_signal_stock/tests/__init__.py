from . import test_alert
from . import test_logged_later
from . import test_rights

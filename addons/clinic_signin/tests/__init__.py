from . import test_attempts
from . import test_browser
from . import test_failures
from . import test_installation
from . import test_invitation
from . import test_rights

from . import test_access_log
from . import test_authorization
from . import test_branch_zone
from . import test_break_glass
from . import test_licence
from . import test_patient
from . import test_rights
from . import test_setup

from . import test_main_job
from . import test_health_markers
from . import test_discrepancies
from . import test_screens
from . import test_home
from . import test_buttons
from . import test_hostile
from . import test_locked_fields

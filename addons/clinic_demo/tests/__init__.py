from . import test_catalogue
from . import test_demo_clinic
from . import test_demo_lives_on
from . import test_pay_page
from . import test_timeline

from . import test_browser
from . import test_form
from . import test_gate
from . import test_pages
from . import test_review
from . import test_rights

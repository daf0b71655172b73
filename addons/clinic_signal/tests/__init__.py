from . import test_pages
from . import test_report
from . import test_links
from . import test_rights
from . import test_browser

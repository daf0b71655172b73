from . import test_doors
from . import test_life
from . import test_overview
from . import test_pdf
from . import test_rights
from . import test_tours
from . import test_upload

from . import test_doors
from . import test_export
from . import test_intake
from . import test_life
from . import test_rights
from . import test_tours
from . import test_upload
from . import test_uses

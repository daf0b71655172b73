from . import test_rights
from . import test_scores
from . import test_skin
from . import test_body_map
from . import test_skin_rights
from . import test_js
from . import test_body_map_tour

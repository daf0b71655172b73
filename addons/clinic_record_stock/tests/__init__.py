from . import test_allergy
from . import test_recall_reaction
from . import test_kit
from . import test_my_day_vials
from . import test_rights
from . import test_scan
from . import test_sources
from . import test_treatment_tour

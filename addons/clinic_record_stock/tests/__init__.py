from . import test_allergy
from . import test_recall_reaction
from . import test_scan
from . import test_treatment_tour

from . import test_consume
from . import test_recall
from . import test_recall_export
from . import test_recall_message
from . import test_recall_rights
from . import test_rights
from . import test_treatment_location

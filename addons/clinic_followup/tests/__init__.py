from . import test_recall
from . import test_due_list
from . import test_rights
from . import test_tour

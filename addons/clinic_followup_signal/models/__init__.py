from . import clinic_recall_rule
from . import clinic_signal
from . import clinic_due_list

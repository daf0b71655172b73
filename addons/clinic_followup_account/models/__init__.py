from . import clinic_recall_rule
from . import clinic_home

from . import clinic_recall_rule

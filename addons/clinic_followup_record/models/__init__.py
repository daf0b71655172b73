from . import clinic_recall_rule
from . import clinic_problem
from . import clinic_protocol_followup
from . import clinic_patient_card

from . import clinic_patient_merge_choice
from . import clinic_patient_merge_wizard

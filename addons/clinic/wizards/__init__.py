from . import clinic_patient_merge_choice
from . import clinic_patient_merge_wizard
from . import clinic_break_glass_review

from . import clinic_patient
from . import clinic_patient_glass

from . import clinic_patient

from . import clinic_patient_card

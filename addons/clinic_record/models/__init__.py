from . import clinic_patient
from . import clinic_patient_card
from . import clinic_patient_card_history
from . import clinic_patient_card_skin
from . import clinic_patient_card_treatment
from . import clinic_my_day
from . import clinic_patient_record
from . import clinic_procedure_card

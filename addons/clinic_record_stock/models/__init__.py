from . import clinic_procedure_scan
from . import clinic_patient_card
from . import clinic_my_day
from . import clinic_consumption
from . import clinic_procedure
from . import clinic_reaction
from . import clinic_lot_recall
from . import clinic_lot_recall_line

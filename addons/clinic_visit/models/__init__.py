from . import clinic_state_mixin
from . import clinic_cancel_reason
from . import clinic_visit
from . import clinic_procedure
from . import clinic_procedure_booking
from . import clinic_visit_booking
from . import clinic_reservation
from . import clinic_patient

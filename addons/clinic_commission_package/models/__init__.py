from . import account_move
from . import clinic_commission_entry
from . import clinic_course
from . import clinic_procedure
from . import clinic_session
from . import clinic_session_event

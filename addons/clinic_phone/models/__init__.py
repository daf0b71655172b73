from . import clinic_call
from . import clinic_call_incoming
from . import clinic_due_list

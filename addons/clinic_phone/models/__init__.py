from . import clinic_call
from . import clinic_call_incoming
from . import clinic_due_list
from . import clinic_message_call

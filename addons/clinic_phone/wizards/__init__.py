from . import clinic_message_call

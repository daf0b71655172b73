from . import clinic_online

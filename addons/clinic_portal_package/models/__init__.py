from . import clinic_portal

from . import clinic_visit

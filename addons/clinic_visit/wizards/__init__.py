from . import clinic_visit_cancel

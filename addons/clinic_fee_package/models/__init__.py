from . import clinic_fee_rule, clinic_visit

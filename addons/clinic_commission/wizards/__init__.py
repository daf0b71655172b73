from . import clinic_commission_trial
from . import clinic_commission_trial_line

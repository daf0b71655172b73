from . import clinic_commission_entry
from . import clinic_commission_rule
from . import clinic_consumption
from . import clinic_margin
from . import clinic_margin_mixin
from . import clinic_procedure

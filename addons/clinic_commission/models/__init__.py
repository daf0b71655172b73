from . import clinic_commission_rule
from . import clinic_commission_entry
from . import clinic_commission_statement
from . import account_move
from . import clinic_home

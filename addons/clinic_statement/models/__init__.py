from . import account_move
from . import clinic_patient
from . import ir_actions_report
from . import res_partner
from . import statement_report

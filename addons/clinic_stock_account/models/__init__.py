from . import account_move_line
from . import clinic_consumption
from . import clinic_procedure
from . import clinic_visit

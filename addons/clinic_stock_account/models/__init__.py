from . import account_move
from . import account_move_line
from . import stock_move
from . import clinic_consumption
from . import clinic_procedure
from . import clinic_visit
from . import clinic_discrepancy

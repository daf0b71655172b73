from . import account_move_line
from . import clinic_checkout
from . import clinic_visit

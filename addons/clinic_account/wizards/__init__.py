from . import account_move_reversal
from . import clinic_visit_book

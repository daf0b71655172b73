from . import account_move_reversal
from . import clinic_visit_book
from . import clinic_visit_series

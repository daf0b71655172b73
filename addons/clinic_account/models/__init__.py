from . import account_move
from . import account_move_line
from . import account_payment
from . import product_template
from . import clinic_procedure
from . import clinic_visit
from . import clinic_patient
from . import clinic_board

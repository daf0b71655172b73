from . import account_move_reversal
from . import account_payment_register
from . import clinic_discount_ask
from . import clinic_refund_refuse
from . import clinic_visit_book
from . import clinic_visit_series

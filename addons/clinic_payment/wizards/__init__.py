from . import clinic_deposit_take, clinic_deposit_waive, clinic_payment_ask, clinic_visit_book

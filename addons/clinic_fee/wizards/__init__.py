from . import clinic_fee_waive, clinic_visit_book, clinic_visit_cancel

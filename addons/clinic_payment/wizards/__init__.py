from . import (
    clinic_deposit_take,
    clinic_deposit_waive,
    clinic_payment_ask,
    clinic_payment_refund,
    clinic_payment_transfer,
    clinic_visit_book,
)

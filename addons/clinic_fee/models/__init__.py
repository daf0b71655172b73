from . import (
    account_move,
    clinic_fee_rule,
    clinic_message,
    clinic_message_kind,
    clinic_message_template,
    clinic_payment_link,
    clinic_visit,
    clinic_visit_fee,
)

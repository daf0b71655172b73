from . import (
    account_move,
    account_payment,
    clinic_change,
    clinic_dispute_pack,
    clinic_dispute_report,
    clinic_dispute_sections,
    ir_actions_report,
    payment_transaction,
)

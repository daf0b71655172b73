from . import (
    clinic_agreement,
    clinic_agreement_compare,
    clinic_agreement_liabilities,
    clinic_agreement_line,
    clinic_books_home,
    clinic_home,
    payment_transaction,
)

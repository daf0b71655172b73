from . import clinic_consent_withdraw
from . import clinic_visit_book

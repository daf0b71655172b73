from . import clinic_consent_verification
from . import clinic_consent_withdraw
from . import clinic_visit_book

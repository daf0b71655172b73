from . import clinic_consent

from . import clinic_consent
from . import clinic_consent_need
from . import clinic_consent_request
from . import clinic_consent_template

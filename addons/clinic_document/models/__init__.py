from . import clinic_document_kind
from . import clinic_document
from . import clinic_document_serve
from . import clinic_document_upload
from . import clinic_document_overview
from . import clinic_patient
from . import clinic_patient_card
from . import clinic_patient_merge

from . import clinic_document
from . import clinic_document_overview

from . import clinic_document_overview

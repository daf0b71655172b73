from . import clinic_document, clinic_document_kind, clinic_photo, clinic_portal, res_company, res_config_settings

from . import (
    clinic_document,
    clinic_document_kind,
    clinic_patient,
    clinic_photo,
    clinic_portal,
    clinic_summary,
    res_company,
    res_config_settings,
)

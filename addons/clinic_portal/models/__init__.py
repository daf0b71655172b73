from . import (
    clinic_message,
    clinic_message_consent,
    clinic_message_template,
    clinic_patient,
    clinic_portal,
    clinic_portal_data,
    clinic_portal_looks,
    clinic_portal_message,
    clinic_portal_message_contact,
    res_company,
    res_config_settings,
)

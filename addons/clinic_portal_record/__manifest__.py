{
    "name": "Clinic Patient Portal, Record",
    "summary": "On the patient's own pages: consents to sign, aftercare, released documents and photos, as permitted",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_portal", "clinic_document", "clinic_consent", "clinic_feedback"],
    "data": [
        "views/clinic_document_kind_views.xml",
        "views/res_config_settings_views.xml",
        "views/page_profile.xml",
    ],
    "auto_install": True,
}

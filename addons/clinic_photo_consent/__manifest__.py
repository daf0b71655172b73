{
    "name": "Clinic Photos and Consents",
    "summary": "What a patient signs about photos is permitted, and what is withdrawn is not, from that moment on",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_consent", "clinic_photo"],
    "auto_install": ["clinic_consent", "clinic_photo"],
}

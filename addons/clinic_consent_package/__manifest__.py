{
    "name": "Clinic Consents and Packages",
    "summary": "A consent that is signed once for all sessions of a course",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_consent", "clinic_package"],
    "auto_install": ["clinic_consent", "clinic_package"],
}

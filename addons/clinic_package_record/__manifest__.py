{
    "name": "Clinic Packages and Record",
    "summary": "Where the patient's courses stand, on the patient card",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_package", "clinic_record"],
    "auto_install": ["clinic_package", "clinic_record"],
    "assets": {
        "web.assets_backend": ["clinic_package_record/static/src/**/*"],
    },
}

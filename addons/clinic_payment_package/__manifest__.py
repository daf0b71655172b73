{
    "name": "Clinic Payments and Packages",
    "summary": "No deposit is asked for what a session of a course pays",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_payment", "clinic_package"],
    "auto_install": True,
}

{
    "name": "Clinic Fees, Online",
    "summary": "Who books online agrees to what not coming costs",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_website", "clinic_fee"],
    "auto_install": True,
}

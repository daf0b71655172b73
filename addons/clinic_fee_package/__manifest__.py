{
    "name": "Clinic Fees and Packages",
    "summary": "Who cancels too late loses a session of the course, where a rule says so",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_fee", "clinic_payment_package"],
    "data": ["views/clinic_fee_rule_views.xml"],
    "auto_install": True,
}

{
    "name": "Clinic Agreement",
    "summary": "Each night providers, payments, books and patients' balances say the same, or the difference is named",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_books", "clinic_payment_package"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_agreement_rules.xml",
        "data/ir_cron.xml",
        "wizards/clinic_agreement_explain_views.xml",
        "views/clinic_agreement_views.xml",
        "views/clinic_agreement_menus.xml",
    ],
}

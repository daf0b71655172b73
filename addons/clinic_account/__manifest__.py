{
    "name": "Clinic Accounting",
    "summary": "Check out a visit: one posted invoice, paid and printed",
    "version": "19.0.1.2.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_visit", "account"],
    "data": [
        "security/clinic_account_security.xml",
        "security/clinic_account_portal_rules.xml",
        "wizards/clinic_visit_book_views.xml",
        "wizards/clinic_visit_series_views.xml",
        "views/account_move_views.xml",
        "views/clinic_visit_views.xml",
        "views/clinic_procedure_views.xml",
        "views/clinic_patient_views.xml",
        "views/clinic_account_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["clinic_account/static/src/**/*"],
        "web.assets_tests": ["clinic_account/static/tests/tours/**/*"],
    },
}

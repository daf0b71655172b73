{
    "name": "Clinic Suite",
    "summary": "All an aesthetic clinic runs its day on: visits, items, invoices, commissions",
    "version": "19.0.1.2.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": [
        "clinic_commission",
        "clinic_commission_margin",
        "clinic_commission_package",
        "clinic_consent",
        "clinic_document",
        "clinic_followup",
        "clinic_intake",
        "clinic_message",
        "clinic_package",
        "clinic_photo",
        "clinic_record_stock",
        "clinic_signin",
        "clinic_stock_account",
        "clinic_stock_purchase",
        "clinic_vault",
        "purchase_stock",
        "web_dark_mode",
    ],
    "assets": {
        "web.assets_tests": ["clinic_suite/static/tests/tours/**/*", "clinic_suite/static/tests/press/**/*"],
        "web.assets_variables_dark": [
            (
                "before",
                "web/static/src/scss/primary_variables.scss",
                "clinic_suite/static/src/scss/text_colors.dark.scss",
            )
        ],
    },
    "application": True,
}

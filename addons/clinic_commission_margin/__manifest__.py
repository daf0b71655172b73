{
    "name": "Clinic Commissions and Margins",
    "summary": "The share is taken off the margin of each procedure; rules count margins and items used",
    "version": "19.0.1.1.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_commission", "clinic_stock_account"],
    "data": [
        "views/clinic_commission_rule_views.xml",
        "views/clinic_margin_views.xml",
        "views/clinic_procedure_views.xml",
        "views/clinic_visit_views.xml",
    ],
    "auto_install": True,
}

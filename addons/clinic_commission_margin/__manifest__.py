{
    "name": "Clinic Commissions and Margins",
    "summary": "The practitioner's share is taken off the margin of each procedure",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_commission", "clinic_stock_account"],
    "data": [
        "views/clinic_margin_views.xml",
        "views/clinic_procedure_views.xml",
        "views/clinic_visit_views.xml",
    ],
    "auto_install": True,
}

{
    "name": "Clinic Stock and Accounting",
    "summary": "Items used in a visit land on its invoice",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_stock", "clinic_account"],
    "data": ["views/account_move_views.xml", "views/clinic_procedure_views.xml", "views/clinic_visit_views.xml"],
    "auto_install": True,
}

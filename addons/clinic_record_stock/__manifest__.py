{
    "name": "Clinic Record and Stock",
    "summary": "Items scanned in the treatment room, checked against the patient's risks, traced to reactions",
    "version": "19.0.1.3.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_record", "clinic_stock"],
    "auto_install": ["clinic_record", "clinic_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_record_stock_rules.xml",
        "views/clinic_consumption_views.xml",
        "views/clinic_procedure_views.xml",
        "views/clinic_protocol_views.xml",
        "views/clinic_reaction_views.xml",
        "views/clinic_lot_recall_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["clinic_record_stock/static/src/**/*"],
        "web.assets_unit_tests": ["clinic_record_stock/static/tests/**/*.test.js"],
        "web.assets_tests": ["clinic_record_stock/static/tests/tours/**/*"],
    },
}

{
    "name": "Clinic Record",
    "summary": "The clinical record: history at a glance, protocols that lead, risks that stop",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_visit"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_record_rules.xml",
        "views/clinic_protocol_views.xml",
        "views/clinic_note_views.xml",
        "views/clinic_procedure_views.xml",
        "views/clinic_record_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["clinic_record/static/src/**/*"],
        "web.assets_unit_tests": ["clinic_record/static/tests/**/*.test.js"],
        "web.assets_tests": ["clinic_record/static/tests/tours/**/*"],
    },
}

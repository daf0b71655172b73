{
    "name": "Clinic Telephone",
    "summary": "A caller's number opens the patient; each call, in or out, is counted with what came of it",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_followup"],
    "external_dependencies": {"python": ["phonenumbers"]},
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_phone_rules.xml",
        "views/clinic_call_views.xml",
        "views/pages.xml",
        "views/clinic_phone_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["clinic_phone/static/src/incoming/**/*"],
        "web.assets_tests": ["clinic_phone/static/tests/tours/**/*"],
    },
}

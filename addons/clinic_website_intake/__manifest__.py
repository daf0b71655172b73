{
    "name": "Clinic Questions Before Booking Online",
    "summary": "Questions per treatment before a time is kept online: who may not book is asked to call",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_website", "clinic_intake"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "views/clinic_intake_form_views.xml",
        "views/clinic_intake_question_views.xml",
        "views/clinic_intake_views.xml",
        "views/clinic_visit_views.xml",
        "views/pages.xml",
    ],
    "assets": {
        "clinic_website.assets_book": ["clinic_website_intake/static/src/book/*"],
    },
}

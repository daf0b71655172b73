{
    "name": "Clinic Online Booking",
    "summary": "Booking in four steps on the patient's phone, without an account, on light pages that hold the time",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_payment"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/res_config_settings_views.xml",
        "views/product_template_views.xml",
        "views/clinic_practitioner_views.xml",
        "views/clinic_visit_views.xml",
        "views/pages.xml",
        "views/steps.xml",
        "views/details.xml",
        "views/clinic_website_menus.xml",
    ],
    "assets": {
        "clinic_website.assets_book": [
            ("include", "clinic_message.assets_page"),
            "clinic_website/static/src/book/*",
        ],
    },
}

{
    "name": "Clinic Checkout",
    "summary": "Check out a visit on one screen: products, tips, credit, split payment, receipt",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_account", "barcodes"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_checkout_rules.xml",
        "data/product_template_data.xml",
        "report/clinic_checkout_receipt.xml",
        "views/clinic_checkout_views.xml",
        "views/clinic_visit_views.xml",
        "views/clinic_discount_views.xml",
        "views/account_move_line_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        # The screen comes to the browser when it is opened for the first time.
        "clinic_checkout.assets_checkout": ["clinic_checkout/static/src/screen/**/*"],
        "web.assets_backend": ["clinic_checkout/static/src/back/**/*"],
        "web.assets_tests": ["clinic_checkout/static/tests/tours/**/*"],
        "web.assets_unit_tests": [
            "clinic_checkout/static/src/screen/payment_plan.js",
            "clinic_checkout/static/tests/**/*.test.js",
        ],
    },
}

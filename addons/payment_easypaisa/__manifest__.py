{
    "name": "Payment Provider: EasyPaisa",
    "summary": "Pay from an EasyPaisa mobile account, on EasyPaisa's page, or in cash at a shop",
    "version": "19.0.1.0.1",
    "category": "Accounting/Payment Providers",
    "sequence": 350,
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["payment"],
    "external_dependencies": {"python": ["cryptography", "requests"]},
    "data": [
        "views/payment_easypaisa_templates.xml",
        "views/payment_provider_views.xml",
        "views/payment_transaction_views.xml",
        "data/payment_provider_data.xml",
        "data/ir_cron.xml",
    ],
    "assets": {
        "web.assets_frontend": ["payment_easypaisa/static/src/interactions/**/*"],
        "web.assets_tests": ["payment_easypaisa/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}

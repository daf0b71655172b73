{
    "name": "Payment Provider: JazzCash",
    "summary": "JazzCash of Pakistan: its page for wallets and cards, its wallet from a form of ours, refunds",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment Providers",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["payment"],
    "data": [
        "views/payment_jazzcash_templates.xml",
        "views/payment_provider_views.xml",
        "views/payment_transaction_views.xml",
        "data/payment_provider_data.xml",
        "data/ir_cron_data.xml",
    ],
    "assets": {
        "web.assets_frontend": ["payment_jazzcash/static/src/interactions/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}

{
    "name": "Clinic Disputes",
    "summary": "One PDF for the bank: booking, what was agreed and when, messages, payments; nothing of health",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_payment"],
    "data": [
        "report/clinic_dispute_report.xml",
        "views/account_move_views.xml",
        "views/account_payment_views.xml",
        "views/clinic_visit_views.xml",
        "views/payment_transaction_views.xml",
        "views/pages.xml",
    ],
}

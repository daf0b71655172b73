{
    "name": "Clinic Signal and Stock",
    "summary": "Patients' reports beside lot and dose; a second one about a lot alerts the medical lead",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_signal", "clinic_stock"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_lot_alert_rules.xml",
        "data/mail_alert.xml",
        "wizards/clinic_lot_alert_dismiss_views.xml",
        "views/clinic_lot_alert_views.xml",
        "views/clinic_signal_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["clinic_signal_stock/static/src/**/*"],
    },
}

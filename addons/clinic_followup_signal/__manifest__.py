{
    "name": "Clinic Follow-up and Signal",
    "summary": "Who asked for a call when reporting a problem is due at once, in neutral words",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_followup", "clinic_signal"],
    "auto_install": True,
    "data": ["data/clinic_recall_rule.xml"],
    "assets": {
        "web.assets_backend": ["clinic_followup_signal/static/src/**/*"],
    },
}

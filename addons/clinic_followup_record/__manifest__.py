{
    "name": "Clinic Follow-up and Record",
    "summary": "Protocol follow-ups and check-ups of chronic problems become calls, in neutral words",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_followup", "clinic_record"],
    "auto_install": True,
    "data": ["data/clinic_recall_rule.xml"],
    "assets": {
        "web.assets_backend": ["clinic_followup_record/static/src/**/*"],
    },
}

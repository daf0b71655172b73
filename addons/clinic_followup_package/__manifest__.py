{
    "name": "Clinic Follow-up and Packages",
    "summary": "A session that is late and a course that has stalled become calls",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_followup", "clinic_package"],
    "auto_install": True,
    "data": ["data/clinic_recall_rule.xml"],
}

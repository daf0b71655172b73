{
    "name": "Clinic Follow-up and Accounting",
    "summary": "An overdue instalment becomes a call; what the calls brought stands on the manager's home",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_followup", "clinic_account"],
    "auto_install": True,
    "data": ["data/clinic_recall_rule.xml"],
}

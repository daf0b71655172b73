{
    "name": "Clinic Commissions",
    "summary": "Who earns what: rules, entries at invoicing, the month's statements",
    "version": "19.0.1.2.2",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_commission_rules.xml",
        "report/clinic_commission_statement_report.xml",
        "views/clinic_commission_rule_views.xml",
        "views/clinic_commission_entry_views.xml",
        "views/clinic_commission_statement_views.xml",
        "views/clinic_commission_menus.xml",
    ],
}

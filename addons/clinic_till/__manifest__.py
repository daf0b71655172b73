{
    "name": "Clinic Till",
    "summary": "Count the cash, hand the till over, close the day",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_account"],
    "data": [
        "security/ir.model.access.csv",
        "security/clinic_till_rules.xml",
        "data/clinic_till_denomination_data.xml",
        "report/clinic_till_report.xml",
        "views/clinic_till_denomination_views.xml",
        "views/clinic_till_closing_views.xml",
        "views/res_config_settings_views.xml",
        "views/clinic_till_menus.xml",
    ],
}

{
    "name": "Clinic Statements",
    "summary": "Statements of account for patients: printed, as a spreadsheet, or by e-mail",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_account", "partner_statement"],
    "data": [
        "security/native_rights.xml",
        "data/mail_template_data.xml",
        "views/statement_wizard_views.xml",
        "views/clinic_statement_actions.xml",
        "views/res_config_settings_views.xml",
        "report/statement_report.xml",
    ],
}

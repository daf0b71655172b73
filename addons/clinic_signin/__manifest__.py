{
    "name": "Clinic Sign-in",
    "summary": "Sign-in by invitation, second factor, locked screens, limited attempts, safe answers to browsers",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["auth_password_policy", "auth_signup", "auth_timeout", "auth_totp_mail", "portal"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/res_config_settings_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}

{
    "name": "Clinic Backup",
    "summary": "The clinic stored every night, encrypted, and every backup tried by restoring it",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_vault", "account"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/clinic_backup_views.xml",
    ],
}

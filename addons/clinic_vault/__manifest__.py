{
    "name": "Clinic Vault",
    "summary": "Encrypted storage for photos, consents and documents, outside of Odoo's attachments",
    "version": "19.0.1.1.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic"],
    "external_dependencies": {"python": ["cryptography", "fsspec"]},
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
    ],
    "post_init_hook": "post_init_hook",
}

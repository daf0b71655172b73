{
    "name": "Clinic Commissions and Packages",
    "summary": "Who performs a session of a package and who sold it earn by what the session ledger says",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_commission", "clinic_package"],
    "auto_install": True,
}

{
    "name": "Clinic Disputed Fees",
    "summary": "The dispute pack says why a fee was charged",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_dispute", "clinic_fee"],
    "auto_install": True,
}

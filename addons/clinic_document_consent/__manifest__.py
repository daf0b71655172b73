{
    "name": "Clinic Documents and Consents",
    "summary": "What a patient has signed stands among the patient's documents",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_consent", "clinic_document"],
    "auto_install": ["clinic_consent", "clinic_document"],
}

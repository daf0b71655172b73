{
    "name": "Clinic Checkout and Packages",
    "summary": "Sessions on the checkout screen: what pays for a treatment, and the choice of it",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_checkout", "clinic_package"],
    "auto_install": True,
}

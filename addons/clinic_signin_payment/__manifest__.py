{
    "name": "Clinic Sign-in and Payments",
    "summary": "Payment providers on their own pages and inside of ours, past a policy that forbids other sites",
    "version": "19.0.1.1.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_signin", "payment"],
    "data": ["views/pages.xml"],
    "auto_install": True,
}

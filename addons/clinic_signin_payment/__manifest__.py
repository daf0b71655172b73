{
    "name": "Clinic Sign-in and Payments",
    "summary": "The ways to the pages of payment providers, past a policy that forbids forms to other sites",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_signin", "payment"],
    "data": ["views/pages.xml"],
    "auto_install": True,
}

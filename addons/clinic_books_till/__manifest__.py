{
    "name": "Clinic Books and Till",
    "summary": "The accountant's home tells of tills that were closed with a difference",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_books", "clinic_till"],
    "auto_install": True,
}

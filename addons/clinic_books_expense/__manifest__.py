{
    "name": "Clinic Staff Expenses",
    "summary": "What staff have paid for the clinic: claimed, approved, booked in their branch, paid back",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_books", "hr_expense"],
    "data": [
        "security/native_rights.xml",
        "data/product_data.xml",
        "views/product_product_views.xml",
        "views/clinic_books_expense_menus.xml",
    ],
    "auto_install": True,
}

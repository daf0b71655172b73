{
    "name": "Clinic Checkout and Stock",
    "summary": "Goods sold at the checkout leave the stock, and are found by the codes of their packages",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_checkout", "clinic_stock_account"],
    "auto_install": True,
}

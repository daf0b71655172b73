{
    "name": "Clinic Stock and Purchase",
    "summary": "The warehouse buys what a branch runs short of, in the vendor's unit",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_stock", "purchase_stock"],
    "data": [
        "security/clinic_stock_purchase_security.xml",
        "security/native_rights.xml",
        "views/purchase_order_views.xml",
        "views/stock_lot_views.xml",
    ],
    "auto_install": True,
}

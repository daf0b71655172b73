{
    "name": "Clinic Payments by EasyPaisa",
    "summary": "A code for a shop is good as long as the visit is held, and the visit is held as long as the code",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_payment", "payment_easypaisa"],
    "data": ["views/pages.xml"],
    "auto_install": True,
}

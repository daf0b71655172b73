{
    "name": "Clinic Patient Portal, Packages",
    "summary": "Packages on the patient's own pages: sessions used and left, what is paid, the next one to book",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_portal", "clinic_package"],
    "data": ["views/page_home.xml"],
    "auto_install": True,
}

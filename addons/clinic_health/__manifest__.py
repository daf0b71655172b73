{
    "name": "Clinic System Health",
    "summary": "Whether the clinic's system works: a page, an address for monitors, figures, slow requests",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_backup", "clinic_message"],
    "data": [
        "security/ir.model.access.csv",
        "wizards/clinic_health_page_views.xml",
    ],
}

{
    "name": "Clinic Campaigns and Packages",
    "summary": "A campaign to patients whose package ends soon with sessions left",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_campaign", "clinic_package"],
    "auto_install": True,
    "data": ["views/clinic_segment_views.xml"],
}

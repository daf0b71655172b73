{
    "name": "Clinic Campaigns and Accounting",
    "summary": "Patients by what they have paid in twelve months, and the revenue that a campaign brought",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_campaign", "clinic_account"],
    "auto_install": True,
    "data": ["views/clinic_segment_views.xml", "views/clinic_campaign_views.xml"],
}

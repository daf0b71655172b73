{
    "name": "Clinic Signal and Photos",
    "summary": "A patient adds photos to a report; they are checked, re-encoded, and sealed as all others",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_signal", "clinic_photo"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "views/pages.xml"],
    "assets": {
        "web.assets_backend": ["clinic_signal_photo/static/src/back/**/*"],
        "clinic_consent.assets_sign": [
            "clinic_signal_photo/static/src/page/report_photo.js",
            "clinic_signal_photo/static/src/page/report_photo.css",
        ],
    },
}

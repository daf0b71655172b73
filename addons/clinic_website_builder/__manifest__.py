{
    "name": "Clinic Website Blocks",
    "summary": "Blocks of the website builder: treatments, practitioners, opening hours, Book now",
    "version": "19.0.1.0.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_website", "website"],
    "data": ["views/blocks.xml", "views/snippets.xml"],
    "assets": {
        "web.assets_frontend": [
            "clinic_website_builder/static/src/snippet/clinic_block.scss",
            "clinic_website_builder/static/src/snippet/clinic_block.js",
        ],
        "website.assets_inside_builder_iframe": ["clinic_website_builder/static/src/snippet/clinic_block.edit.js"],
        "website.website_builder_assets": ["clinic_website_builder/static/src/builder/**/*"],
        "web.assets_tests": ["clinic_website_builder/static/tests/tours/**/*"],
    },
    "auto_install": True,
}

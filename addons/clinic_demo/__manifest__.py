{
    "name": "Clinic Demo",
    "summary": "A living demo clinic: two branches, three months of visits behind it and two weeks ahead",
    "version": "19.0.1.5.0",
    "category": "Clinic",
    "author": "Clinic Suite contributors",
    "license": "AGPL-3",
    "depends": ["clinic_suite", "l10n_pk", "payment_demo", "payment_easypaisa", "payment_jazzcash"],
    "external_dependencies": {"python": ["freezegun"]},
    "oca_data_manual": ["demo/names.csv"],
    "post_init_hook": "post_init_hook",
}

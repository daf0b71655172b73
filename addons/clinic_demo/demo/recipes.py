"""What a procedure uses: (item, least, most, step) in the item's own unit."""

RECIPES = {
    "treatment_consultation": [],
    "treatment_botulinum_toxin": [
        ("item_botulinum_toxin", 16, 52, 2),
        ("item_needle_32g", 2, 4, 1),
        ("item_gloves_m", 2, 2, 1),
    ],
    "treatment_dermal_filler": [
        ("item_filler_soft", 0.5, 1.5, 0.5),
        ("item_lidocaine_cream", 2, 4, 0.5),
        ("item_cannula_25g", 1, 1, 1),
    ],
    "treatment_mesotherapy": [("item_mesotherapy_solution", 2.5, 5, 0.5), ("item_needle_32g", 4, 6, 1)],
    "treatment_thread_lift": [
        ("item_pdo_thread", 6, 12, 2),
        ("item_lidocaine_injection", 4, 8, 0.5),
        ("item_gauze", 6, 10, 2),
    ],
    "treatment_laser_hair_removal": [("item_laser_gel", 30, 80, 10), ("item_gloves_m", 2, 2, 1)],
    "treatment_carbon_laser": [("item_carbon_lotion", 3, 5, 0.5), ("item_gauze", 2, 4, 1)],
    "treatment_laser_scar": [("item_lidocaine_cream", 3, 6, 0.5), ("item_post_care_cream", 1, 1, 1)],
    "treatment_chemical_peel": [("item_peel_glycolic", 2, 4, 0.25), ("item_peel_neutraliser", 5, 8, 1)],
    "treatment_hydrafacial": [("item_hydra_serum", 30, 45, 5)],
    "treatment_microneedling": [
        ("item_microneedling_cartridge", 1, 1, 1),
        ("item_lidocaine_cream", 4, 8, 1),
        ("item_saline", 10, 20, 5),
    ],
    "treatment_prp_face": [("item_prp_tube", 1, 2, 1), ("item_syringe_5_ml", 2, 3, 1)],
    "treatment_prp_hair": [("item_prp_tube", 2, 3, 1), ("item_needle_30g", 3, 5, 1)],
    "treatment_hair_transplant": [
        ("item_lidocaine_injection", 10, 18, 1),
        ("item_saline", 80, 150, 10),
        ("item_gauze", 12, 20, 2),
        ("item_gloves_m", 6, 10, 2),
    ],
}
# Taken in place of the recipe's item now and then.
VARIANTS = {
    "item_filler_soft": ["item_filler_volume", "item_filler_fine", "item_skin_booster"],
    "item_peel_glycolic": ["item_peel_salicylic", "item_peel_tca"],
}
# Bought at the end of a visit, or added to a treatment, now and then.
EXTRAS = {
    "treatment_laser_hair_removal": "item_sunscreen",
    "treatment_carbon_laser": "item_sunscreen",
    "treatment_chemical_peel": "item_sunscreen",
    "treatment_microneedling": "item_exosome",
    "treatment_hydrafacial": "item_post_care_cream",
}
VARIANT_SHARE = 0.5
EXTRA_SHARE = 0.2


def items_used(treatment, rng):
    """Return {item: quantity} of what one performance of ``treatment`` uses."""
    used = {}
    for item, least, most, step in RECIPES.get(treatment, ()):
        if item in VARIANTS and rng.random() < VARIANT_SHARE:
            item = rng.choice(VARIANTS[item])
        used[item] = least + step * rng.randint(0, round((most - least) / step))
    if treatment in EXTRAS and rng.random() < EXTRA_SHARE:
        used[EXTRAS[treatment]] = 1
    return used

def post_init_hook(env):
    """Value the items that were there before by lot, at what each lot had cost; keep what was done before is worth."""
    items = env["product.template"].with_context(active_test=False).search([("clinic_item", "=", True)])
    items.filtered(lambda item: item.tracking != "none").lot_valuated = True
    items._clinic_value_anew()
    env["clinic.procedure"].search([("state", "=", "done")])._keep_price_expected()

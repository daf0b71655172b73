def post_init_hook(env):
    """Give each warehouse that was there before its treatment-room location."""
    env["stock.warehouse"].with_context(active_test=False).search([], order="id")._create_treatment_locations()

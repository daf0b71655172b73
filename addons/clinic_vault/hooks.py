def post_init_hook(env):
    """Give this database the name that its files are bound to."""
    env["clinic.vault.file"]._name_database()

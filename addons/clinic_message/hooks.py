def post_init_hook(env):
    """Take all that is booked already as told: nobody is surprised by a message when the addon is installed."""
    env.cr.execute("UPDATE clinic_visit SET told_start = start WHERE state = 'booked'")

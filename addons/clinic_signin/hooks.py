from . import installation


def post_init_hook(env):
    """Set up sign-in as the configuration file asks: strictly, unless it says otherwise."""
    if installation.is_relaxed():
        installation.relax(env)
    else:
        installation.secure(env)

from .demo.loader import load


def post_init_hook(env):
    """Fill the new database with the demo clinic."""
    load(env)

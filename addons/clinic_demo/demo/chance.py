from random import Random


def chance(*keys):
    """Return a source of chance that gives the same for the same ``keys``."""
    # The fortunes of a demo are no secret.
    return Random(" ".join(map(str, keys)))  # noqa: S311

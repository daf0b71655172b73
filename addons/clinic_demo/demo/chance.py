from random import Random


def chance(*keys):
    """Return a source of chance that gives the same for the same ``keys``.

    No key is an id or a number from a sequence: what a database has numbered before would change the clinic.
    """
    # The fortunes of a demo are no secret.
    return Random(" ".join(map(str, keys)))  # noqa: S311


def chance_of(word, booked):
    """Return the source of chance for ``word`` of ``booked``, a visit, procedure or message of one."""
    start = booked.visit_id.start if booked._name == "clinic.message" else booked.start
    return chance(word, booked.patient_id.phone, start)

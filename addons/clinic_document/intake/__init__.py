"""Makes a clean PDF of what was uploaded, in a process of its own, as ``clinic_photo`` does with pictures."""

from pathlib import Path

from odoo.addons.clinic_photo.intake import in_sandbox

WORKER = Path(__file__).with_name("worker.py")


def take_in_pdf(data, lock, limits):
    """Return ({"pages"}, the clean PDF) of the PDF in ``data``.

    :param data: the bytes, or what returns them: it is called once it is our turn
    :param lock: a file by which processes take turns
    :param limits: {"pages": at most so many}
    :raises Refused, Busy: see ``clinic_photo``
    """
    facts, clean = in_sandbox(WORKER, "clean", limits, data, lock)
    return facts, clean

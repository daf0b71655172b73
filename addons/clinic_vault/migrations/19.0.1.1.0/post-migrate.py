import logging

from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.clinic_vault.kernel import VaultError

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Have the storage of an installation say whose it is, when one of its files opens.

    An empty one is marked with its first file; one that is not mounted at this moment must not be.
    """
    files = Environment(cr, SUPERUSER_ID, {})["clinic.vault.file"]
    try:
        files._name_database()
        if files._has_files() and not files._mark_known_storage():
            _logger.warning("None of the stored files opens: nothing is stored until “odoo vault adopt -d DATABASE”.")
    except VaultError as error:
        _logger.warning("The storage of photos and documents could not be marked: %s", error)

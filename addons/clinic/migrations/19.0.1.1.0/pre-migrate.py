def migrate(cr, version):
    """Put the licences that were texts aside: Odoo drops the column of a field that is gone."""
    cr.execute("ALTER TABLE clinic_authorization RENAME COLUMN licence TO licence_text")

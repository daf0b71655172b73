def migrate(cr, version):
    """Let Odoo compute the keys by which people are compared again: they are built in another way now."""
    cr.execute("ALTER TABLE clinic_patient DROP COLUMN IF EXISTS phone_key, DROP COLUMN IF EXISTS name_key")

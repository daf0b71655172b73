def migrate(cr, version):
    """Reservations no longer say who made them and when: their procedure or blocked time does."""
    cr.execute(
        "ALTER TABLE clinic_reservation DROP COLUMN IF EXISTS create_uid, DROP COLUMN IF EXISTS create_date,"
        " DROP COLUMN IF EXISTS write_uid, DROP COLUMN IF EXISTS write_date"
    )

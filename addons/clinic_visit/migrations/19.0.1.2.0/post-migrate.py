from odoo.tools import SQL

SUPERFLUOUS = (
    "clinic_procedure__patient_id_index",
    "clinic_procedure__company_id_index",
    "clinic_procedure__stop_index",
    "clinic_procedure__state_index",
    "clinic_visit__company_id_index",
    "clinic_visit__state_index",
    "clinic_reservation__company_id_index",
    "clinic_reservation__resource_id_index",
)


def migrate(cr, version):
    """Take away what each booking paid for and nobody used.

    Reservations no longer say who made them and when: their procedure or blocked time does. Odoo keeps indexes that its
    models no longer ask for.
    """
    cr.execute(
        "ALTER TABLE clinic_reservation DROP COLUMN IF EXISTS create_uid, DROP COLUMN IF EXISTS create_date,"
        " DROP COLUMN IF EXISTS write_uid, DROP COLUMN IF EXISTS write_date"
    )
    for index in SUPERFLUOUS:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))

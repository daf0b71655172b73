from odoo.tools.sql import drop_index


def migrate(cr, version):
    """Statements know whether their month was over; so far only those of the month before were looked at once more."""
    cr.execute(
        """
        UPDATE clinic_commission_statement
           SET is_complete = TRUE
         WHERE date_from < date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month'
        """
    )
    drop_index(cr, "clinic_commission_entry__reverses_id_index", "clinic_commission_entry")

from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Say again of the invoices that were linked to their visit just now whether they were credited in full."""
    moves = Environment(cr, SUPERUSER_ID, {})["account.move"]
    linked = moves.search([("clinic_visit_id", "!=", False), ("reversal_move_ids", "!=", False)])
    moves.env.add_to_compute(moves._fields["clinic_credited"], linked)
    moves.flush_model()

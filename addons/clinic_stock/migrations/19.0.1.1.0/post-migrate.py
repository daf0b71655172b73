from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Let the moves of what was used before know their visit, and offer each branch the way into its rooms."""
    # Before they knew it, these moves were done; they are closed by now.
    cr.execute("ALTER TABLE stock_move DISABLE TRIGGER clinic_stock_book_move")
    cr.execute(
        """
        UPDATE stock_move
           SET clinic_visit_id = used.visit_id
          FROM (SELECT visit_id, unnest(ARRAY[move_id, undo_move_id]) AS move_id FROM clinic_consumption) AS used
         WHERE used.move_id = stock_move.id AND stock_move.clinic_visit_id IS NULL
        """
    )
    cr.execute("ALTER TABLE stock_move ENABLE TRIGGER clinic_stock_book_move")
    Environment(cr, SUPERUSER_ID, {})["stock.warehouse"].search([])._activate_internal_transfers()

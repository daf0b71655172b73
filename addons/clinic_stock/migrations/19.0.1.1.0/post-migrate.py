def migrate(cr, version):
    """Let the moves of what was used before know their visit, as those from now on do."""
    cr.execute(
        """
        UPDATE stock_move
           SET clinic_visit_id = used.visit_id
          FROM clinic_consumption used
         WHERE used.move_id = stock_move.id AND stock_move.clinic_visit_id IS NULL
        """
    )

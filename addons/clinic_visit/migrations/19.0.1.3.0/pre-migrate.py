def migrate(cr, version):
    """Part archived calendar events from their procedures, which get new ones."""
    cr.execute(
        """
        WITH archived AS (
            UPDATE calendar_event event
               SET clinic_procedure_id = NULL
              FROM calendar_event before
             WHERE before.id = event.id AND event.active IS NOT TRUE AND event.clinic_procedure_id IS NOT NULL
         RETURNING before.clinic_procedure_id
        )
        UPDATE clinic_procedure SET calendar_stale = TRUE FROM archived WHERE id = archived.clinic_procedure_id
        """
    )

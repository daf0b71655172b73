def migrate(cr, version):
    """Tell who booked each visit and who noted the arrival, as far as the history of its state tells it."""
    cr.execute("UPDATE clinic_visit SET booked_by_id = create_uid WHERE booked_by_id IS NULL")
    cr.execute(
        """
        UPDATE clinic_visit visit
           SET arrived_by_id = told.create_uid
          FROM (
                   SELECT DISTINCT ON (visit.id) visit.id, message.create_uid
                     FROM clinic_visit visit
                     JOIN mail_message message ON message.model = 'clinic.visit' AND message.res_id = visit.id
                     JOIN mail_tracking_value change ON change.mail_message_id = message.id
                     JOIN ir_model_fields field ON field.id = change.field_id AND field.name = 'state'
                    WHERE visit.arrived_at IS NOT NULL
                      AND message.date BETWEEN visit.arrived_at - interval '5 s' AND visit.arrived_at + interval '60 s'
                 ORDER BY visit.id, message.date, message.id
               ) AS told
         WHERE told.id = visit.id AND visit.arrived_by_id IS NULL AND told.create_uid IS NOT NULL
        """
    )

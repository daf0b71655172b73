from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Make a licence of each text, one for each practitioner who had it; its days are unknown, as they were."""
    env = Environment(cr, SUPERUSER_ID, {})
    kind = env.ref("clinic.licence_kind_other")
    cr.execute(
        """
        SELECT practitioner_id, btrim(licence_text), min(granted_by_id), array_agg(id)
          FROM clinic_authorization
         WHERE btrim(licence_text) != ''
      GROUP BY 1, 2
        """
    )
    for practitioner_id, number, granter_id, authorization_ids in cr.fetchall():
        # Recorded by the one who has granted upon it.
        licences = env["clinic.licence"].with_user(granter_id).sudo()
        licence = licences.create({"practitioner_id": practitioner_id, "kind_id": kind.id, "number": number})
        # Nothing is granted again by this: who granted it stays.
        cr.execute(
            "UPDATE clinic_authorization SET licence_id = %s WHERE id = ANY(%s)", [licence.id, authorization_ids]
        )
    cr.execute("ALTER TABLE clinic_authorization DROP COLUMN licence_text")

def migrate(cr, version):
    """Make rows of their own of the guardians that stood on the patients; those of merged ones lead nowhere."""
    cr.execute("SELECT to_regclass('clinic_patient_guardian_rel')")
    if not cr.fetchone()[0]:
        return
    cr.execute(
        """
        INSERT INTO clinic_guardian (patient_id, partner_id, date_from, date_to, reason, is_for_adult,
                                     create_uid, create_date, write_uid, write_date)
        SELECT rel.patient_id, rel.partner_id,
               LEAST((now() AT TIME ZONE 'UTC')::date - 1, (patient.birth_date + interval '18 years')::date - 1),
               (patient.birth_date + interval '18 years')::date - 1, 'Named before', FALSE,
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM clinic_patient_guardian_rel rel
          JOIN clinic_patient patient ON patient.id = rel.patient_id
         WHERE patient.merged_into_id IS NULL AND patient.partner_id != rel.partner_id
        ON CONFLICT DO NOTHING
        """
    )
    cr.execute("DROP TABLE clinic_patient_guardian_rel")

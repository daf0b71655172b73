def migrate(cr, version):
    """Keep the skin types: what is on record got a name of its own."""
    cr.execute("ALTER TABLE clinic_patient RENAME COLUMN skin_type TO noted_skin_type")

def migrate(cr, version):
    """Tell who was archived as a practitioner from whose employee was archived; both are inactive from now on."""
    cr.execute("ALTER TABLE clinic_practitioner ADD COLUMN IF NOT EXISTS is_archived boolean")
    cr.execute("UPDATE clinic_practitioner SET is_archived = (active IS NOT TRUE)")
    cr.execute(
        """
        UPDATE clinic_practitioner practitioner
           SET active = FALSE
          FROM hr_employee employee
         WHERE employee.id = practitioner.employee_id AND employee.active IS NOT TRUE
        """
    )

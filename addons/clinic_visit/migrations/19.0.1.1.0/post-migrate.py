def migrate(cr, version):
    """Leave the past out of the practitioners' calendars; what is still to come is put in by the next cron."""
    cr.execute("UPDATE clinic_procedure SET calendar_stale = (stop > now() AT TIME ZONE 'utc')")

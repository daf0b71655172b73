def uninstall_hook(env):
    """Take the trigger off the table of the procedures, which stays."""
    env.cr.execute("DROP FUNCTION IF EXISTS clinic_recall_booked CASCADE")

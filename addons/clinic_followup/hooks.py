from .models.clinic_recall import BOOKED


def uninstall_hook(env):
    """Take the trigger off the table of the procedures, which stays."""
    env.cr.execute(f"DROP FUNCTION IF EXISTS {BOOKED} CASCADE")

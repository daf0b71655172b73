from odoo.api import SUPERUSER_ID, Environment

NAMES = {
    "cron_erase_photos": "Clinic: erase deleted photos after their retention period",
    "cron_forget_uploads": "Clinic: remove unfinished photo uploads and exports that were not fetched",
}


def migrate(cr, version):
    """Give the scheduled actions, which an update leaves as they are, their present names."""
    env = Environment(cr, SUPERUSER_ID, {"lang": None})
    for name, text in NAMES.items():
        if cron := env.ref(f"clinic_photo.{name}", raise_if_not_found=False):
            cron.ir_actions_server_id.name = text

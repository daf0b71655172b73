from odoo.exceptions import UserError


def post_init_hook(env):
    """Refuse the installation when the database would let the access log be changed."""
    if not env["clinic.access.log"]._is_append_only():
        raise UserError(env._("The database did not accept the triggers that keep the access log append-only."))


def uninstall_hook(env):
    """Drop the end of the access log along with the log, which Odoo drops itself."""
    env.cr.execute("DROP TABLE IF EXISTS clinic_access_log_head")

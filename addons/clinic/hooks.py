from odoo.exceptions import UserError


def post_init_hook(env):
    """Refuse the installation when the database would let the access log be changed."""
    if not env["clinic.access.log"]._is_append_only():
        raise UserError(env._("The database did not accept the triggers that keep the access log append-only."))


def uninstall_hook(env):
    """Drop the logs along with the addon, unless they belong to a role of their own: then they stay."""
    env["clinic.change"]._drop_triggers()
    if not env["clinic.access.log"]._belongs_to_another():
        env.cr.execute("DROP SCHEMA IF EXISTS clinic_log CASCADE")

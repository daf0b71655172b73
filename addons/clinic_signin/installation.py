"""What an installation begins with; all of it is changed in the settings afterwards.

The configuration file may have a section of its own, which Odoo doesn't read::

    [clinic]
    signin = relaxed

Without it sign-in is strict. ``relaxed`` is for development: the demo clinic's passwords equal its logins.
"""

import base64
import configparser
import os
import secrets
from urllib.parse import quote, urlencode

from odoo.exceptions import UserError
from odoo.tools import config

MIN_PASSWORD_LENGTH = 12
SHIFT_HOURS = 12
IDLE_MINUTES = 15


def is_relaxed() -> bool:
    """Tell whether the configuration file asks for a relaxed sign-in."""
    parser = configparser.RawConfigParser(strict=False)
    parser.read([config["config"] or ""])
    return parser.get("clinic", "signin", fallback="strict") == "relaxed"


def relax(env):
    """Let people sign in with short passwords, without a second factor and for as long as they like."""
    _invite_only(env)
    _set_parameters(env, {"auth_password_policy.minlength": "0", "auth_totp.policy": False})
    groups = env.ref("base.group_user") | env.ref("base.group_portal")
    groups.write({"lock_timeout": 0, "lock_timeout_inactivity": 0})


def secure(env):
    """Ask employees for a second factor once a shift, lock idle screens, and freeze the address in links.

    A device that is trusted, also one that was trusted before, asks again after a shift (auth_timeout never lets a
    trusted device outlive the session timeout with a second factor).
    """
    _invite_only(env)
    length = int(env["ir.config_parameter"].get_param("auth_password_policy.minlength", 0))
    parameters = {
        "auth_password_policy.minlength": str(max(length, MIN_PASSWORD_LENGTH)),
        "auth_totp.policy": env["ir.config_parameter"].get_param("auth_totp.policy") or "employee_required",
    }
    if host := os.environ.get("CLINIC_HOST"):
        parameters |= {"web.base.url": f"https://{host}", "web.base.url.freeze": "True"}
    _set_parameters(env, parameters)
    shift = {"lock_timeout": SHIFT_HOURS * 60}
    env.ref("base.group_user").write({**shift, "lock_timeout_mfa": True, "lock_timeout_inactivity": IDLE_MINUTES})
    env.ref("base.group_portal").write(shift)
    env.cr.execute(
        """UPDATE auth_totp_device SET expiration_date = (now() AT TIME ZONE 'UTC') + make_interval(hours => %s)
            WHERE expiration_date > (now() AT TIME ZONE 'UTC') + make_interval(hours => %s)""",
        [SHIFT_HOURS, SHIFT_HOURS],
    )


def first_admin(env) -> str:
    """Give the administrator a password and a second factor, once, and return what to tell them.

    Without it nobody could sign in where the second factor is asked for: no mail goes out before it is set up.

    :raises UserError: when the administrator has a second factor
    """
    admin = env.ref("base.user_admin")
    if admin.totp_enabled:
        raise UserError(env._("%s has a second factor already; another administrator can turn it off.", admin.login))
    password = secrets.token_urlsafe(15)
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    admin.write({"password": password, "totp_secret": secret})
    issuer = admin.company_id.name
    values = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return "\n".join(
        [
            env._("Login: %s", admin.login),
            env._("Password: %s", password),
            env._("Key for the authenticator app: %s", secret),
            env._("The same as an address: %s", f"otpauth://totp/{quote(f'{issuer}:{admin.login}')}?{values}"),
            env._("None of this is shown again. Change the password after the first sign-in."),
        ]
    )


def _invite_only(env):
    _set_parameters(env, {"auth_signup.invitation_scope": "b2b"})


def _set_parameters(env, values):
    for key, value in values.items():
        env["ir.config_parameter"].set_param(key, value)

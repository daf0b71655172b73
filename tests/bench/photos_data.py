"""A patient with 20 photos among many others, in a vault full of files."""

import io
import secrets
from unittest.mock import patch

from PIL import Image

from odoo import Command, fields

PHOTOS = 20
# What a face from a phone weighs: its thumbnail, its preview, and the photo itself.
SIZES = {"thumb": 25_000, "preview": 450_000, "original": 4_000_000}
LOGIN = "bench_photo"


def picture(megapixels=12):
    """Return a JPEG with so many megapixels, about as large as one from a phone."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    small = Image.effect_noise((width // 4, width * 3 // 16), 60).convert("RGB")
    target = io.BytesIO()
    small.resize((width, width * 3 // 4)).save(target, "JPEG", quality=90)
    return target.getvalue()


def make(env, count):
    """Store ``count`` photos, of which ``PHOTOS`` belong to one patient; return that patient, and who scans."""
    branch = env["res.company"].create({"name": "Photo Bench", "country_id": env.ref("base.pk").id})
    env.user.company_ids = [Command.link(branch.id)]
    _open_clinic(env, branch)
    env["ir.config_parameter"].set_param("auth_password_policy.minlength", "0")
    env["ir.config_parameter"].set_param("auth_totp.policy", False)
    env.ref("base.group_user").write({"lock_timeout": 0, "lock_timeout_inactivity": 0})
    groups = env.ref("clinic.group_practitioner") | env.ref("clinic.group_reception")
    user = env["res.users"].create(
        {
            "name": "Bench Photo",
            "login": LOGIN,
            "password": LOGIN,
            "company_id": branch.id,
            "company_ids": [Command.set(branch.ids)],
            "group_ids": [Command.set(groups.ids)],
        }
    )
    names = [f"Bench Patient {number}" for number in range(max(2, count // PHOTOS))]
    patients = env["clinic.patient"].create([{"name": name, "branch_id": branch.id} for name in names])
    _fill(env, patients, user, count)
    return patients[0], user


def _open_clinic(env, branch):
    """Give the branch hours, people and places, as in the tests."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)


def _fill(env, patients, user, count):
    vault, now = env["clinic.vault.file"]._own_vault(), fields.Datetime.now()
    photos = env["clinic.photo"].create(
        [
            {
                "patient_id": patients[number // PHOTOS % len(patients)].id,
                "author_id": user.id,
                "taken_at": fields.Datetime.subtract(now, days=number % PHOTOS * 7),
                "width": 4000,
                "height": 3000,
            }
            for number in range(count)
        ]
    )
    rows, data = [], {variant: secrets.token_bytes(size) for variant, size in SIZES.items()}
    # Nothing is lost if the machine goes down meanwhile: the bench begins again.
    with patch("os.fsync"):
        for place, photo in enumerate(photos):
            # The photos of all others are never opened: small files do.
            variants = SIZES if place < PHOTOS else ("thumb",)
            for variant in variants:
                name, size = vault.put(photo.uuid, variant, data[variant])
                rows.append({"name": name, "owner": photo.uuid, "variant": variant, "size": size})
    key = vault.keyring.current.hex()
    env["clinic.vault.file"].create([{**row, "key_id": key} for row in rows])

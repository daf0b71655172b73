import io
import math
import secrets

from PIL import Image, WebPImagePlugin

from odoo.addons.clinic_photo.const import PART_BYTES
from odoo.addons.clinic_record.tests.common import RecordCommon
from odoo.addons.clinic_vault.tests.test_vault import VaultMixin

# Odoo loads only the kinds that it needs itself.
assert WebPImagePlugin.SUPPORTED


def picture(size=(640, 480), colour=(224, 172, 140), kind="JPEG", **options):
    """Return the bytes of a picture of one colour, with a stripe that shows which way is up."""
    image = Image.new("RGB", size, colour)
    image.paste((40, 20, 20), (0, 0, size[0], size[1] // 8))
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


class PhotoMixin(VaultMixin):
    """A patient in treatment, and photos that come by the way that a browser goes."""

    def setup_photos(self):
        self.setup_vault()
        # Anyone else who takes photos on this machine at this moment is none of the test's business.
        lock = self.key_file.with_name("intake.lock")
        self.patch(self.registry["clinic.photo.upload"], "_turn_file", lambda _self: lock)

    def _key(self):
        return secrets.token_hex(16)

    def _about(self, data, **values):
        about = {"patient_id": self.patient.id, "view": "front", "kind": "before", "size": len(data)}
        return {**about, **values}

    def _send(self, data, user=None, key=None, **values):
        """Send ``data`` as ``user`` in parts and return what ``finish`` says."""
        uploads = self.env["clinic.photo.upload"].with_user(user or self.users["practitioner"])
        uploads = uploads.with_context(allowed_company_ids=self.branch.ids)
        key = key or self._key()
        uploads.begin(key, self._about(data, **values))
        upload = uploads._own(key)
        for number in range(math.ceil(len(data) / PART_BYTES)):
            upload._take_part(number, data[number * PART_BYTES : (number + 1) * PART_BYTES])
        return uploads.finish(key)

    def _photo(self, data=None, user=None, **values):
        """Return the photo that was made of ``data``."""
        found = self._send(data or picture(), user, **values)
        self.assertEqual(found["state"], "done", found)
        return self.env["clinic.photo"].browse(found["photo"])


class PhotoCommon(PhotoMixin, RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.start_visit()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.setup_photos()

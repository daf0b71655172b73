import math
import tempfile
from datetime import UTC, timedelta
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import ec
from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.clinic_record.tests.common import RecordCommon
from odoo.addons.clinic_vault import configuration
from odoo.addons.clinic_vault.tests.test_vault import VaultMixin

from ..certificate import OPTION, self_signed
from ..strokes import clean


def scribble(width=600, height=200, loops=6):
    """Return a drawing that is long enough for a signature, as the page sends it."""
    stroke = [
        [60 + 70 * loop + 30 * math.cos(angle), 100 + 50 * math.sin(angle), 1000 * loop + 100 * step]
        for loop in range(loops)
        for step, angle in enumerate((0, 1, 2, 3, 4, 5))
    ]
    return {"width": width, "height": height, "strokes": [stroke]}


class ConsentMixin:
    """Consent forms, and visits whose patients sign."""

    @classmethod
    def _publish(cls, name="Facial consent", treatments=None, questions=(), body=None, lang="en", **values):
        """Return a form with a published text."""
        if not values.get("for_all"):
            values["treatment_ids"] = [Command.set((treatments or cls.facial).ids)]
        template = cls.env["clinic.consent.template"].create({"name": name, **values})
        cls._add_text(template, lang, body, questions)
        return template

    @classmethod
    def _add_text(cls, template, lang="en", body=None, questions=()):
        version = cls.env["clinic.consent.version"].create(
            {
                "template_id": template.id,
                "lang": lang,
                "title": f"{template.name} ({lang})",
                "body": body or "<p>I, {patient}, agree.</p>",
                "question_ids": [Command.create(values) for values in questions],
            }
        )
        version.action_publish()
        return version

    @classmethod
    def _request(cls, visit, identified="desk", device=None):
        """Return the hand-over of ``visit`` by reception, and the path of its link."""
        requests = cls.env["clinic.consent.request"].with_user(cls.users["reception"])
        request, address = requests._hand_over(visit, identified, device)
        return request, address and address[address.index("/clinic/sign/") :]

    @classmethod
    def _data(cls, request, **values):
        """Return what the page of ``request`` sends when all is filled in."""
        template, procedure = request._due()[0]
        chosen = template.version_ids.filtered(lambda version: version.id == values.get("version"))
        version = chosen or request._lang(template)
        answers = {str(q.id): "no" if q.kind == "yes_no" else "-" for q in version.question_ids}
        return {
            "version": version.id,
            "procedure": procedure.id,
            "lang": version.lang,
            "reading": request._reading_hash(version, procedure),
            "seen": True,
            "answers": answers,
            "scopes": dict.fromkeys(("care", "teaching", "marketing"), False),
            "signer": {"name": "Amna Test", "relation": "self" if "self" in request._relations() else "mother"},
            "witness": {"name": "Hina", "signature": scribble()},
            "signature": scribble(),
            **values,
        }

    @classmethod
    def _signed_on(cls, procedure, form, moment):
        """Return a consent of ``form`` as it was signed at ``moment``, for whichever visit that was."""
        version = form.version_ids.filtered(lambda version: version.state == "published")[:1]
        request, _path = cls._request(procedure.visit_id)
        signer = {"name": procedure.patient_id.name, "relation": None}
        with freeze_time(moment):
            facts = request._prepare_facts(version, procedure, [], None, signer, clean(scribble()), None)
            return cls.env["clinic.consent"]._record(request._prepare_consent(version, procedure, facts), facts)

    @classmethod
    def _sign(cls, visit, **values):
        """Return the consent that the patient of ``visit`` has signed."""
        request, _path = cls._request(visit)
        consent = request._sign(cls._data(request, **values), "203.0.113.7", "Test browser")
        return cls.env["clinic.consent"].browse(consent.id)


class CertificateMixin:
    """The clinic has no certificate, whatever this machine's configuration says, until a test gives it one."""

    def setup_certificates(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certificates, self.certificate_file = {}, Path(folder.name) / "consent.pem"
        option = configuration.option

        def named(name, fallback=""):
            return self.certificates.get(name, "") if name.startswith(OPTION) else option(name, fallback)

        self.startPatcher(patch.object(configuration, "option", named))

    def _certify(self, data=None, name=OPTION, path=None):
        """Let the configuration name a certificate; one that was just made, if none is given."""
        path = path or self.certificate_file
        path.write_bytes(self._make_certificate() if data is None else data)
        self.certificates[name] = str(path)

    def _make_certificate(self, name="Test Clinic", begun=timedelta(days=-1), lasts=timedelta(days=365), **values):
        now = fields.Datetime.now().replace(tzinfo=UTC)
        # Quicker to make than one with RSA.
        return self_signed(name, now + begun, lasts, values.get("key") or ec.generate_private_key(ec.SECP256R1()))


class ConsentCommon(ConsentMixin, CertificateMixin, VaultMixin, RecordCommon):
    def setUp(self):
        super().setUp()
        self.setup_vault()
        self.setup_certificates()

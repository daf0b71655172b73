"""Make patients with something to sign, and the links that lead there.

python tests/races/consent_people.py DATABASE COUNT
"""

import json
import sys

import harness


def prepare(env, count):
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected
    from odoo.addons.clinic_consent.tests.common import ConsentMixin, scribble

    class Clinic(ConsentMixin, ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids += branch
    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)
    Clinic._publish()
    links = []
    for hour in range(count):
        visit = Clinic.env["clinic.visit"].book(Clinic.patient, Clinic.facial, Clinic._at(8 + hour), Clinic.doctor)
        # Each visit is another patient's: one signature would serve for all of one.
        visit.sudo().patient_id = Clinic.patient.copy({"name": f"Patient {hour}"})
        request, path = Clinic._request(visit)
        links.append({"path": path, "request": request.id, "data": Clinic._data(request, signature=scribble())})
    return links


def main(database, count):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env, count)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

from .common import MessageCommon


class OfferCommon(MessageCommon):
    """A branch that writes to those who wait, one after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"clinic_waitlist_offers": "one", "clinic_waitlist_minutes": 20})
        cls.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        cls.reason = cls.env.ref("clinic_visit.cancel_reason_patient")
        people = [("Zara Waits", "0300 7654321"), ("Mina Waits", "0300 7654322"), ("Noor Waits", "0300 7654323")]
        cls.zara, cls.mina, cls.noor = cls.env["clinic.patient"].create(
            [
                {"name": name, "phone": phone, "email": f"{name.split()[0].lower()}@example.com"}
                for name, phone in people
            ]
        )

    def _wait(self, *patients, **vals):
        return self.env["clinic.waitlist"].create(
            [{"patient_id": one.id, "treatment_id": self.facial.id, **vals} for one in patients or (self.zara,)]
        )

    def _freed(self, start=None, treatments=None):
        """Free a time as reception does: cancel a visit."""
        visit = self.book(treatments, start or self._at(10), self.doctor)
        visit.with_user(self.users["reception"]).action_cancel(self.reason)
        self.env.flush_all()
        return visit

    def _written(self, entry):
        return self.messages.search([("waitlist_id", "in", entry.ids)], order="id")

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_record.tests.common import RecordMixin
from odoo.addons.clinic_stock.tests.recall_common import RecallMixin

GTIN = "04012345678901"


class PressData(RecordMixin, RecallMixin, AccountMixin, AccountTestInvoicingCommon):
    """Something in each of its states, so that each button is shown somewhere."""

    @classmethod
    def setup_press_data(cls):
        cls.setup_accounting()
        cls.setup_recall()
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.patients = cls.env["clinic.patient"].create(
            [{"name": f"Press {number}", "phone": f"0301 {number:07}"} for number in range(1, 9)]
        )
        cls._setup_money()
        cls._setup_recall()
        cls._setup_protocol()
        cls._setup_visits()
        cls._setup_record()
        cls._setup_waitlist()
        cls._setup_goods()
        cls._setup_patients()

    @classmethod
    def _visit(cls, patient, hours=0, treatments=None, practitioner=None):
        """Return a visit of ``patient``, booked to begin in ``hours``, or a walk-in."""
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        treatments, practitioner = treatments or cls.facial, practitioner or cls.doctor
        if not hours:
            return visits.book_walk_in(patient, treatments, practitioner)
        return visits.book(patient, treatments, fields.Datetime.now() + timedelta(hours=hours), practitioner)

    @classmethod
    def _performed(cls, patient, hours, treatments=None):
        """Return a visit of ``patient`` that was done ``hours`` ago."""
        with freeze_time(fields.Datetime.now() - timedelta(hours=hours)):
            visit = cls._visit(patient, treatments=treatments)
            visit.action_start()
            pins = cls.env["clinic.body.pin"].with_user(cls.users["practitioner"])
            pins.create({"procedure_id": visit.procedure_ids.id, "x": 0.5, "y": 0.38})
            visit.action_done()
        return visit

    @classmethod
    def _setup_money(cls):
        cls.env["clinic.commission.rule"].create({"name": "All", "percent": 40})
        owing, paid, _open, month = (cls._performed(cls.patients[0], hours) for hours in (2, 3, 4, 40 * 24))
        for visit in (owing, paid):
            visit.action_checkout()
        with freeze_time(month.start):
            month.action_checkout()
        cls._pay(paid.invoice_id)
        statements = cls.env["clinic.commission.statement"]
        for day in (month.start, fields.Datetime.now()):
            made = statements._generate(day.date(), cls.branch)
            if day == month.start:
                made.action_approve()

    @classmethod
    def _setup_protocol(cls):
        cls.toxin.barcode = GTIN.lstrip("0")
        cls.protocol = cls.env["clinic.protocol"].create(
            {
                "treatment_id": cls.facial.id,
                "note_template_id": cls.env["clinic.note.template"]
                .create({"name": "Facial", "body": "<h3>Findings</h3><p><br></p>"})
                .id,
                "step_ids": [
                    Command.create({"name": "Identity checked", "phase": "access", "mandatory": True}),
                    Command.create({"name": "Mask", "phase": "result"}),
                ],
                "parameter_ids": [Command.create({"name": "Dilution", "unit": "ml", "minimum": 1, "maximum": 4})],
                "item_ids": [
                    Command.create({"product_id": cls.toxin.id, "quantity": 20, "uom_id": cls.unit_u.id}),
                    Command.create({"product_id": cls.gloves.id, "quantity": 2}),
                ],
                "followup_ids": [Command.create({"name": "Control", "days": 90})],
            }
        )
        cls.protocol.action_publish()
        cls.protocol.copy()

    @classmethod
    def _setup_visits(cls):
        in_treatment, by_other, waiting, today, held, cancelled, missed, later = cls.patients
        cls.treated = cls._visit(in_treatment).procedure_ids
        cls.treated.visit_id.action_start()
        cls._visit(by_other, practitioner=cls.cosmetologist).action_start()
        cls._visit(waiting, hours=1).action_arrive()
        for procedure in (cls._visit(today, hours=2) | cls._visit(later, hours=48)).procedure_ids:
            procedure = procedure.with_user(cls.users["reception"])
            procedure._write_down_discount("asked", "Asked by the press", price_unit=procedure.price_unit, discount=50)
        cls._visit(later, hours=48, practitioner=cls.cosmetologist)
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        visits.book(held, cls.facial, cls._at(9), cls.doctor, hold_minutes=60)
        reason = cls.env.ref("clinic_visit.cancel_reason_patient")
        cls._visit(cancelled, hours=4).action_cancel(reason)
        with freeze_time(fields.Datetime.now() - timedelta(hours=6)):
            gone = cls._visit(missed, hours=1)
        gone.action_no_show()

    @classmethod
    def _setup_record(cls):
        patient = cls.treated.patient_id
        notes = cls.as_doctor["clinic.note"]
        signed, amended = notes.create(
            [{"procedure_id": cls.treated.id, "body": f"<p>{text}</p>"} for text in ("Skin clear", "Amended")]
        )
        (signed | amended).action_sign()
        amended.amend("<p>Right side</p>", "The side was wrong")
        notes.create({"procedure_id": cls.treated.id, "body": "<p>Draft</p>"})
        acne = cls.env.ref("clinic_record.problem_kind_acne_vulgaris")
        problems = cls.as_doctor["clinic.problem"]
        problem = problems.create({"patient_id": patient.id, "kind_id": acne.id, "onset": "2024-05-01"})
        cls.as_doctor["clinic.risk"].create(
            {
                "patient_id": patient.id,
                "kind_id": cls.env["clinic.risk.kind"].create({"name": "Test Pregnancy", "type": "pregnancy"}).id,
            }
        )
        urticaria = cls.env["clinic.risk.kind"].create({"name": "Test Urticaria", "type": "reaction"})
        cls.as_doctor["clinic.reaction"].create({"procedure_id": cls.treated.id, "kind_id": urticaria.id, "grade": "3"})
        problem.response_ids.create({"problem_id": problem.id, "procedure_id": cls.treated.id, "response": "better"})

    @classmethod
    def _setup_waitlist(cls):
        waiting = [{"patient_id": patient.id, "treatment_id": cls.facial.id} for patient in cls.patients[3:6]]
        entries = cls.env["clinic.waitlist"].create(waiting)
        cls._visit(cls.patients[7], hours=72).action_cancel(cls.env.ref("clinic_visit.cancel_reason_patient"))
        entries[2].action_withdraw()
        cls.env["clinic.block"].create(
            {
                "name": "Lunch",
                "company_id": cls.branch.id,
                "resource_ids": [Command.set(cls.doctor.resource_id.ids)],
                "start": fields.Datetime.now() + timedelta(hours=3),
                "stop": fields.Datetime.now() + timedelta(hours=4),
            }
        )

    @classmethod
    def _setup_goods(cls):
        gloves = cls.gloves.with_company(cls.branch).with_context(allowed_company_ids=cls.branch.ids)
        gloves.product_tmpl_id.clinic_reorder_min = 100
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.gloves, cls.store, 20)
        transfer = cls.env["stock.move"].create(
            {
                "product_id": cls.gloves.id,
                "product_uom_qty": 3,
                "product_uom": cls.gloves.uom_id.id,
                "location_id": cls.store.id,
                "location_dest_id": cls.location.id,
                "company_id": cls.branch.id,
            }
        )
        transfer._action_confirm()
        transfer._action_assign()
        cls.treated.consume(cls.cream, 1, lot=cls.lot_cream)
        # A vial that is open though nothing was drawn from it.
        fresh = cls._receive(cls.toxin, 100, "FRESH", 150)
        cls.treated.consume(cls.toxin, 5, lot=fresh).action_undo(opened=True)
        line = {"product_id": cls.gloves.id, "quantity": 2, "price_unit": 100, "tax_ids": []}
        sale = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.patients[1].partner_id.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        sale.action_post()

    @classmethod
    def _setup_patients(cls):
        cls.env["clinic.patient"].create({"name": "Press 1 again", "phone": cls.patients[0].phone})
        kept, *merged = cls.env["clinic.patient"].create([{"name": f"Press merged {number}"} for number in range(4)])
        for patient in merged:
            cls.env["clinic.patient.merge"]._merge(kept, patient)
        # Some to be reviewed, by the manager as the privacy officer.
        cls.users["manager"].group_ids |= cls.env.ref("clinic.group_privacy_officer")
        for role in ("practitioner", "cosmetologist", "practitioner", "cosmetologist"):
            patient = cls.chandni.with_user(cls.users[role]).with_context(allowed_company_ids=cls.branch.ids)
            patient.break_glass("She stands here and cannot be asked")

    @classmethod
    def _setup_recall(cls):
        cls.users["manager"].company_ids |= cls.other
        cls._open()
        cls._recall(lot_id=cls.lot_cream.id)
        cls._setup_vials()
        cls.env["stock.quant"]._update_available_quantity(cls.toxin, cls.location, 200, lot_id=cls.lot_soon)
        for day in (6, 7):
            # One vial that was discarded, and one that is open.
            cls.env["clinic.open.vial"].search([]).discard(cls.env.ref("clinic_stock.scrap_reason_leftover"))
            cls._use(cls.patient, 5, day=day, lot=cls.lot_soon)
        for counted in (12, 11):
            cls._count(cls.gloves, counted, cls.env["stock.lot"])
        cls._setup_scan()

    @classmethod
    def _setup_scan(cls):
        """A supplier's delivery waits, and a count to be applied."""
        places = {
            "location_id": cls.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": cls.store.id,
            "company_id": cls.branch.id,
        }
        moves = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, **places})
            for product, quantity in ((cls.toxin, 100), (cls.gloves, 10))
        ]
        in_type = cls.location.warehouse_id.in_type_id
        receipt = cls.env["stock.picking"].create({"picking_type_id": in_type.id, "move_ids": moves, **places})
        receipt.action_confirm()
        line = receipt.move_line_ids.filtered(lambda line: line.product_id == cls.toxin)
        line.write({"lot_name": "NEW", "expiration_date": "2099-12-31 12:00:00", "quantity": 40, "picked": True})
        quant = cls.env["stock.quant"].search(
            [("product_id", "=", cls.gloves.id), ("location_id", "=", cls.location.id)], limit=1
        )
        quant.with_context(inventory_mode=True).write({"inventory_quantity": 9, "inventory_quantity_set": True})

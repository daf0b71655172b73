import base64
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_document.tests.common import pdf
from odoo.addons.clinic_intake.tests.common import ILL, WELL, IntakeMixin
from odoo.addons.clinic_photo.tests.common import picture
from odoo.addons.clinic_record.tests.common import RecordMixin
from odoo.addons.clinic_vault import configuration
from odoo.addons.clinic_vault.kernel import FolderStorage

from .press_data_backup import PressBackup
from .press_data_stock import GTIN, PressStock


class PressData(IntakeMixin, RecordMixin, PressStock, PressBackup, AccountMixin, AccountTestInvoicingCommon):
    """Something in each of its states, so that each button is shown somewhere."""

    @classmethod
    def setup_press_data(cls):
        cls.setup_accounting()
        cls.setup_recall()
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.patients = cls.env["clinic.patient"].create(
            [{"name": f"Press {number}", "phone": f"0301 {number:07}"} for number in range(1, 11)]
        )
        cls._setup_money()
        cls._setup_packages()
        cls._setup_followup()
        cls._setup_feedback()
        # Before there is a protocol, whose steps they would have to go through.
        cls._setup_signals()
        cls._setup_recall()
        cls._setup_protocol()
        cls._setup_visits()
        cls._setup_record()
        cls._setup_waitlist()
        cls._setup_deposits()
        cls._setup_goods()
        cls._setup_patients()
        cls._setup_messages()
        cls._setup_campaigns()
        cls._setup_photos()
        cls._setup_documents()
        cls._setup_consents()
        cls._setup_intakes()
        cls._setup_calls()
        cls._setup_online()
        cls._setup_portal()
        cls._setup_agreement()
        cls._setup_backups()

    @classmethod
    def _setup_agreement(cls):
        """Money that does not agree: entries by hand on deferred revenue."""
        deferred, other = cls.branch._clinic_deferred_account(), cls.company_data["default_account_revenue"]
        for amount in (11, 12, 13):
            lines = [{"account_id": deferred.id, "balance": amount}, {"account_id": other.id, "balance": -amount}]
            moves = cls.env["account.move"].with_company(cls.branch)
            moves.create({"move_type": "entry", "line_ids": [Command.create(line) for line in lines]}).action_post()
        cls.env["clinic.agreement"]._agree(cls.branch)

    @classmethod
    def _setup_deposits(cls):
        """Visits that wait for their deposits, one whose patient thinks it over, and money without a visit."""
        rule = {"name": "Desk", "kind": "fixed", "amount": 100, "channel": "desk", "treatment_id": cls.laser.id}
        cls.env["clinic.deposit.rule"].create(rule)
        visits = cls.env["clinic.visit"].with_company(cls.branch).with_context(clinic_deposit_channel="desk")
        start = cls._at(9, days=20)
        for number, hold in enumerate((None, None, None, None, 60, None)):
            at = start + timedelta(hours=number)
            visit = visits.book(cls.patients[number], cls.laser, at, cls.doctor, hold_minutes=hold)
        visit.take_deposit(cls.company_data["default_journal_cash"].inbound_payment_method_line_ids[:1].id)
        visit.action_cancel(cls.env.ref("clinic_visit.cancel_reason_patient"))
        cls._setup_money_back(visits)

    @classmethod
    def _setup_money_back(cls, visits):
        """Deposits that can be given back, are to be transferred, wait for a provider, and were kept as fees."""
        cls.env["clinic.fee.rule"].create({"name": "Kept", "no_show_kind": "deposit", "treatment_id": cls.laser.id})
        cash = cls.company_data["default_journal_cash"].inbound_payment_method_line_ids[:1]
        clinic = cls.env.ref("clinic_visit.cancel_reason_clinic")
        sales = cls.env["account.journal"].search([("type", "=", "sale")])
        payments = []
        for number in range(10):
            start = cls._at(9 + number, days=21)
            visit = visits.book(cls.patients[number], cls.laser, start, cls.doctor)
            visit.take_deposit(cash.id)
            if number < 4:
                # The fee of the last two could not be charged then.
                sales.active = number < 2
                with freeze_time(start + timedelta(minutes=30)):
                    visit.action_no_show()
                sales.active = True
                continue
            visit.action_cancel(clinic)
            payments.append(visit.deposit_payment_ids)
        for payment in payments[2:]:
            asks = cls.env["clinic.payment.refund"].with_user(cls.users["reception"])
            ask = asks.create({"payment_id": payment.id, "by_transfer": True, "account_number": "0300 1234567"})
            cls.env["clinic.refund"].browse(ask.action_ask()["res_id"]).with_user(cls.users["manager"]).action_approve()
        hours_ago = fields.Datetime.now() - timedelta(hours=2)
        for payment in payments[-2:]:
            refund = payment.clinic_refund_ids
            part = {"refund_id": refund.id, "payment_id": payment.id, "amount": refund.amount}
            cls.env["clinic.refund.part"].sudo().create({**part, "sent_at": hours_ago})

    @classmethod
    def _setup_signals(cls):
        """Reports that are open and closed, and alerts about lots: enough that each button has one of its own."""
        cls.branch.clinic_medical_lead_id = cls.users["practitioner"]
        cls.reporting = cls.env["clinic.patient"].create(
            [{"name": f"Report {number}", "phone": f"0305 {number:07}"} for number in range(1, 5)]
        )
        lots = [cls._receive(cls.toxin, 100, f"ALERT{number}", 100) for number in range(3)]
        signals = cls.env["clinic.signal"]
        for number, patient in enumerate(cls.reporting):
            with freeze_time(fields.Datetime.now() - timedelta(hours=50 + number)):
                visit = cls._visit(patient)
                visit.action_start()
                procedure = visit.procedure_ids
                for lot in lots:
                    procedure.consume(cls.toxin, 1, lot=lot)
                visit.action_done()
            signals |= cls._report_of(procedure)
        signals[-1].with_env(cls.as_doctor)._close("nothing", "Seen today")

    @classmethod
    def _report_of(cls, procedure):
        links = cls.env["clinic.signal.link"].with_user(cls.users["reception"])
        address = links._hand_over(procedure.patient_id, cls.branch)
        link = links._find(address.split("/")[-1])
        symptoms = cls.env.ref("clinic_signal.symptom_swelling").ids
        day = fields.Date.to_string(cls.branch._clinic_today())
        said = {"procedure": procedure.id, "symptoms": symptoms, "words": "Since noon", "since": day}
        wish = {"call": True, "number": "0305 1111111", "when": "any"}
        return cls.env["clinic.signal"].browse(cls.env["clinic.signal"]._take(link, {**said, **wish}).id)

    @classmethod
    def _setup_calls(cls):
        """Calls of a patient, and of somebody whom nobody knows; and a family with one number."""
        cls.env["clinic.patient"].create([{"name": f"Family {name}", "phone": "0306 0000001"} for name in "AB"])
        calls = cls.env["clinic.call"].with_user(cls.users["reception"])
        calls = calls.with_context(allowed_company_ids=cls.branch.ids)
        calls.note("0301 0000001", "asked", cls.patients[0].id)
        calls.note("anonymous", "other")

    @classmethod
    def _setup_online(cls):
        """A visit that was booked online with the phone of a patient whom the clinic knows."""
        cls.branch.clinic_is_online = cls.facial.is_online = cls.doctor.is_online = True
        holds = cls.env["clinic.online.hold"]
        hold = holds._keep("visitor", "10.0.0.1", cls.branch, cls.facial, cls.doctor, cls._at(13, days=21))
        hold._book({"name": "Online", "phone": cls.patients[0].phone, "email": ""})

    @classmethod
    def _setup_portal(cls):
        """Patients who sign in to the portal, are invited to it, or write on it; and a child with guardians."""
        writer, invited, child = cls.env["clinic.patient"].create(
            [{"name": f"Portal {name}", "email": f"{name}@portal.example"} for name in ("writer", "invited", "child")]
        )
        new_test_user(cls.env, "press_writer", "base.group_portal", partner_id=writer.partner_id.id)
        invited._invite()
        messages = cls.env["clinic.portal.message"]
        for number in range(6):
            messages._receive(writer, writer.partner_id.user_ids, f"Question {number}")
            messages._ask_contact(writer, writer.partner_id.user_ids, f"+92 300 555000{number}", "")
        summaries = cls.env["clinic.summary"].with_user(cls.users["practitioner"])
        for number in range(4):
            summary = summaries.create({"patient_id": cls.patient.id, "text": f"Summary {number}"})
            if number < 2:
                summary.action_release()
        child.birth_date = cls.branch._clinic_today() - timedelta(days=3000)
        named = {"patient_id": child.id, "reason": "Mother"}
        cls.env["clinic.guardian"].create(
            [{**named, "partner_id": patient.partner_id.id} for patient in cls.patients[:3] | writer]
        )

    @classmethod
    def _setup_campaigns(cls):
        """A campaign that is new, one to write, one that is on its way and one that was sent."""
        patient = cls.env["clinic.patient"].create({"name": "Reader", "email": "reader@patients.example"})
        consent = {"patient_id": patient.id, "channel": "email", "purpose": "marketing", "is_given": True}
        cls.env["clinic.message.consent"].create(consent)
        segment = cls.env["clinic.segment"].create({"name": "Everybody"})
        campaigns = cls.env["clinic.campaign"].create([{"segment_id": segment.id} for _number in range(4)])
        for campaign, state in zip(campaigns[1:], ("draft", "in_queue", "done"), strict=True):
            campaign.action_draw()
            campaign.mailing_id.state = state
        [recipient] = campaigns[3].recipient_ids.filtered(lambda row: row.state == "drawn")
        recipient._write_to(fields.Datetime.now())

    @classmethod
    def _setup_followup(cls):
        """Patients to call, of whom one was given up and one does not want it."""
        callees = cls.env["clinic.patient"].create(
            [{"name": f"Callee {number}", "phone": f"0303 {number:07}"} for number in range(1, 5)]
        )
        for number, callee in enumerate(callees):
            cls._performed(callee, (20 + number) * 24)
        rule = cls.env.ref("clinic_followup.rule_effect")
        rule.write({"days": 10, "treatment_ids": cls.facial.ids})
        rule._look()
        recalls = cls.env["clinic.recall"].search([("patient_id", "in", callees.ids)])
        recalls[2]._change({"state": "stopped", "tries": 3, "result": "no_answer"})
        recalls[3]._change({"state": "declined"})

    @classmethod
    def _setup_packages(cls):
        """Courses and refunds in each state."""
        package = cls.env["product.template"].create(
            {
                "name": "Six facials",
                "is_package": True,
                "type": "service",
                "list_price": 5000,
                "package_transferable": True,
                "package_beyond_paid": True,
                "package_line_ids": [Command.create({"treatment_id": cls.facial.id, "count": 6})],
            }
        )
        dialogs = cls.env["clinic.package.sell"].with_company(cls.branch)
        buyers = cls.env["clinic.patient"].create(
            [{"name": f"Buyer {number}", "phone": f"0302 {number:07}"} for number in range(1, 8)]
        )
        for buyer in buyers:
            dialogs.create({"patient_id": buyer.id, "package_id": package.id}).action_sell()
        for hours, buyer in enumerate(buyers[:2], 8):
            visit = cls._performed(buyer, hours)
        context = visit.action_sell_package()["context"]
        dialogs.with_context(**context).create({"package_id": package.id}).action_sell()
        rules = cls.env.ref("clinic_package.rule_swap") | cls.env.ref("clinic_package.rule_not_begun")
        courses = cls.env["clinic.course"].search([("patient_id", "in", buyers[3:].ids)])
        for number, course in enumerate(courses):
            user = cls.users["reception" if number % 2 else "manager"]
            ask = cls.env["clinic.refund.ask"].with_user(user).create({"course_id": course.id})
            ask.rule_id = rules[number // 2 % 2]
            ask.action_ask()

    @classmethod
    def _setup_photos(cls):
        """Photos of the patient in treatment, in a vault of its own."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        root, key_file = Path(folder.name) / "files", Path(folder.name) / "keys"
        key_file.write_text(f"{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
        for name, value in (("key_file", key_file), ("storage", FolderStorage(root))):
            cls.startClassPatcher(patch.object(configuration, name, lambda *_args, value=value: value))
        doctor = cls.as_doctor(context=dict(cls.as_doctor.context, allowed_company_ids=cls.branch.ids))
        views = (("before", "front"), ("after", "front"), ("before", "left_45"), ("during", "front"), ("after", "area"))
        before, _after, _side, newest, deleted = (cls._photo(doctor, kind, view) for kind, view in views)
        patient = cls.treated.patient_id
        doctor["clinic.photo.permission"].decide(patient.id, "marketing", True, "Form signed today")
        points = [{"first_x": x, "first_y": 0.5, "second_x": x, "second_y": 0.5} for x in (0.2, 0.8)]
        doctor["clinic.photo.pair"].save(before.id, newest.id, points)
        before.save_marks([{"kind": "pin", "x": 0.5, "y": 0.5}])
        deleted.delete_photo("Out of focus")

    @classmethod
    def _photo(cls, doctor, kind, view):
        """Return a photo that ``doctor`` has taken of the patient in treatment."""
        uploads, treated, data = doctor["clinic.photo.upload"], cls.treated, picture()
        key = secrets.token_hex(16)
        about = {"patient_id": treated.patient_id.id, "procedure_id": treated.id, "view": view, "kind": kind}
        uploads.begin(key, {**about, "size": len(data)})
        uploads._own(key)._take_part(0, data)
        return doctor["clinic.photo"].browse(uploads.finish(key)["photo"])

    @classmethod
    def _setup_documents(cls):
        """Documents of the patient in treatment: several that are there, one that was deleted, one photographed."""
        uploads, patient = cls.as_doctor["clinic.document.upload"], cls.treated.patient_id
        kind, data = cls.env.ref("clinic_document.kind_laboratory"), pdf()
        for number in range(4):
            key = secrets.token_hex(16)
            about = {"patient_id": patient.id, "kind_id": kind.id, "name": f"Count {number}", "size": len(data)}
            uploads.begin(key, about)
            uploads._own(key)._take_part(0, data)
            made = uploads.finish(key)
        cls.as_doctor["clinic.document"].browse(made["document"]).delete_document("Document of another patient")
        cls._photo(
            cls.as_doctor(context=dict(cls.as_doctor.context, allowed_company_ids=cls.branch.ids)), "document", "area"
        )

    @classmethod
    def _setup_consents(cls):
        """A consent that is due, one that was signed, one that was withdrawn, and two tablets that wait."""
        care = cls._create_treatment("Lip care", room_kind_id=cls.room_kind.id)
        form = cls._publish("Lip care", treatments=care, questions=[{"label": "Pregnant?", "stop_answer": "yes"}])
        form.version_ids.copy()
        later, late = cls.patients[7:9]
        cls.signing = late
        cls._visit(later, hours=5, treatments=care)
        signed, withdrawn = (cls._visit(late, hours=hours, treatments=care) for hours in (52, 55))
        cls._sign(signed)
        cls._publish("Lip photos", treatments=care, kind="photo", mandatory=False)
        cls._sign(withdrawn)._withdraw("On the phone today, to Hina")
        for name in ("Desk 1", "Desk 2"):
            cls.env["clinic.consent.device"].create({"name": name, "company_id": cls.branch.id})._enrol()
        cls.env["clinic.consent.device"].create({"name": "Desk 3", "company_id": cls.branch.id})

    @classmethod
    def _setup_feedback(cls):
        """Answers of patients: several that are to be followed up, and one that was."""
        kind, feedback = cls.env.ref("clinic_feedback.kind_feedback"), cls.env["clinic.feedback"]
        # Who only tries the question out makes no work for anybody.
        settings = cls.env["ir.config_parameter"]
        trial = settings.set_param("clinic_message.trial", "False")
        patients = cls.env["clinic.patient"].create(
            [{"name": f"Answers {number}", "email": f"answers{number}@example.com"} for number in range(1, 7)]
        )
        for number, patient in enumerate(patients):
            message = cls.env["clinic.message"]._queue(kind, cls._performed(patient, (70 + number) * 24))
            feedback._store(message, {"score": 2 * number, "comment": "Waited", "wants_contact": False})
        settings.set_param("clinic_message.trial", trial)
        tasks = cls.env["clinic.feedback.task"].search([("patient_id", "in", patients.ids)])
        tasks.note = "Called, and apologised"
        tasks[-1:].action_close()

    @classmethod
    def _setup_intakes(cls):
        """An intake that is due, one that was reviewed, and some that wait: enough that each button has its own."""
        care = cls._create_treatment("Hand care", room_kind_id=cls.room_kind.id)
        form = cls._publish_intake(treatments=care)
        form.version_ids.copy()
        patients = cls.env["clinic.patient"].create(
            [{"name": f"Told {number}", "phone": f"0304 {number:07}", "sex": "male"} for number in range(1, 5)]
        )
        visits = [cls._visit(patient, hours=at, treatments=care) for at, patient in enumerate(patients, 60)]
        cls.told = patients[0]
        for visit, answers in zip(visits, (ILL, ILL, WELL), strict=False):
            cls._fill_in(visit, answers)
        reviewed = cls.as_doctor["clinic.intake.proposal"].search([("patient_id", "=", patients[1].id)])
        reviewed[0].with_env(cls.as_doctor).action_accept()
        reviewed[1].with_env(cls.as_doctor).action_refuse()

    @classmethod
    def _setup_messages(cls):
        """Messages in each state, enough that each button has one of its own."""
        cls.branch.email = "desk@press.clinic"
        # In trial operation there is nobody else to hand over to.
        cls.env["ir.config_parameter"].set_param("clinic_message.trial_phone", "+923000000000")
        for patient in cls.patients:
            patient.email = f"press{patient.id}@example.com"
        queue, kind = cls.env["clinic.message"], cls.env.ref("clinic_message.kind_booked")
        states = ("failed", "failed", "unknown", "unknown", "sent", "sent", "queued", "queued")
        for hour, state in enumerate(states, 9):
            visit = cls.book(start=cls._at(hour, days=40), practitioner=cls.cosmetologist)
            message = queue._enqueue([queue._prepare_message(kind, visit, "patient", "email" if hour % 2 else "sms")])
            message._change({"state": state, "sent_at": fields.Datetime.now(), "reason": "Tried by the press"})

    @classmethod
    def _visit(cls, patient, hours=0, treatments=None, practitioner=None):
        """Return a visit of ``patient``, booked to begin in ``hours``, or a walk-in."""
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        treatments, practitioner = treatments or cls.facial, practitioner or cls.doctor
        if not hours:
            return visits.book_walk_in(patient, treatments, practitioner)
        return visits.book(patient, treatments, fields.Datetime.now() + timedelta(hours=hours), practitioner)

    @classmethod
    def _visit_elsewhere(cls, patient, hours, practitioner):
        """Book ``patient`` in the other branch, to begin in ``hours``."""
        visits = cls.env["clinic.visit"].with_context(allowed_company_ids=cls.other.ids)
        return visits.book(patient, cls.facial, fields.Datetime.now() + timedelta(hours=hours), practitioner)

    @classmethod
    def _performed(cls, patient, hours, note=None):
        """Return a visit of ``patient`` that was done ``hours`` ago, with a signed ``note`` if there is one."""
        with freeze_time(fields.Datetime.now() - timedelta(hours=hours)):
            visit = cls._visit(patient)
            visit.action_start()
            procedure = visit.procedure_ids
            cls.as_doctor["clinic.body.pin"].create({"procedure_id": procedure.id, "x": 0.5, "y": 0.38})
            if note:
                cls.as_doctor["clinic.note"].create({"procedure_id": procedure.id, "body": note}).action_sign()
            visit.action_done()
        return visit

    @classmethod
    def _setup_money(cls):
        rule = cls.env["clinic.commission.rule"].create({"name": "All", "percent": 40})
        rule.action_try_change()
        cls.branch.write(
            {
                "clinic_commission_expense_id": cls.company_data["default_account_expense"].id,
                "clinic_commission_payable_id": cls.company_data["default_account_payable"].id,
            }
        )
        owing, paid, cls.to_pay, credited, month = (
            cls._performed(cls.patients[0], hours) for hours in (2, 3, 4, 7, 40 * 24)
        )
        cls._performed(cls.patients[1], 6, note="<p>As always</p>")
        for visit in (owing, paid, credited):
            visit.action_checkout()
        cls._credit(credited.invoice_id)
        with freeze_time(month.start):
            month.action_checkout()
        cls._pay(paid.invoice_id)
        cls.paid = paid
        cls._setup_checkout()
        cls._setup_till()
        statements = cls.env["clinic.commission.statement"]
        for day in (month.start, fields.Datetime.now()):
            made = statements._generate(day.date(), cls.branch)
            if day == month.start:
                made.action_approve()

    @classmethod
    def _setup_checkout(cls):
        """What is sold at the desk beside treatments, and where tips go."""
        cls.branch.clinic_tip_account_id = cls.env["account.account"].create(
            {"name": "Tips to pay out", "code": "201999", "account_type": "liability_current"}
        )
        cream = cls.env["product.product"].create({"name": "Press cream", "list_price": 200, "is_confidential": False})
        cls.env["clinic.checkout"].with_company(cls.branch).add_product(cls.to_pay.id, cream.id)
        cls.paid.patient_id.email = "press@patients.example"

    @classmethod
    def _setup_till(cls):
        """A till that a manager decides on, and one that is being counted."""
        cash = cls.company_data["default_journal_cash"]
        methods = cash.inbound_payment_method_line_ids | cash.outbound_payment_method_line_ids
        methods.payment_account_id = cash.default_account_id
        cls.branch.clinic_till_limit = 1
        tills = cls.env["clinic.till.closing"].with_user(cls.users["reception"])
        values = {"journal_id": cash.id, "company_id": cls.branch.id}
        tills.create({**values, "other": 100, "note": "Found in the box"}).action_close()
        tills.create(values)

    @classmethod
    def _setup_protocol(cls):
        cls.toxin.barcode = GTIN.lstrip("0")
        needle = cls._create_item("Needle", cls.gloves.uom_id, tracking="none")
        cls._receive(needle, 10)
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
                    Command.create({"product_id": needle.id, "quantity": 1}),
                ],
                "followup_ids": [Command.create({"name": "Control", "days": 90})],
            }
        )
        cls.protocol.action_publish()
        cls.protocol.copy()

    @classmethod
    def _setup_visits(cls):
        in_treatment, by_other, waiting, today, held, cancelled, missed, later, late, asked = cls.patients
        cls.treated = cls._visit(in_treatment).procedure_ids
        cls.treated_by_other = cls._visit(by_other, practitioner=cls.cosmetologist).procedure_ids
        (cls.treated | cls.treated_by_other).visit_id.action_start()
        cls._visit(waiting, hours=1).action_arrive()
        cls.peel = cls._create_treatment("Peel", room_kind_id=cls.room_kind.id, needs_skin_type=True)
        cls.asked = cls._visit(asked, hours=1.5, treatments=cls.peel).procedure_ids
        cls.asked.visit_id.action_arrive()
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
        with freeze_time(fields.Datetime.now() - timedelta(hours=2)):
            cls._visit(late, hours=1)
        # Who works in both branches has patients in the other today.
        cls.users["cosmetologist"].company_ids |= cls.other
        cls.cosmetologist.company_ids |= cls.other
        own, cls.far = cls.env["clinic.patient"].create(
            [{"name": name, "branch_id": cls.other.id} for name in ("Press away", "Press far")]
        )
        cls._visit_elsewhere(own, 5, cls.cosmetologist)
        cls._visit_elsewhere(cls.far, 6, cls.other_doctor)
        cls._setup_away()

    @classmethod
    def _setup_away(cls):
        """Somebody is away when a visit is booked with them."""
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "company_id": cls.branch.id,
                "resource_id": cls.cosmetologist.resource_id.id,
                "date_from": fields.Datetime.now() + timedelta(hours=47),
                "date_to": fields.Datetime.now() + timedelta(hours=50),
            }
        )

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
        problem.response_ids.create({"problem_id": problem.id, "procedure_id": cls.treated.id, "response": "better"})
        cls.as_doctor["clinic.score"].create(
            {"patient_id": patient.id, "problem_id": problem.id, "instrument": "iga", "items": {"grade": 2}}
        )
        cls._setup_reactions()
        cls._setup_gate()
        cls._setup_values()

    @classmethod
    def _setup_reactions(cls):
        """One reaction of today, and one to the lot that is recalled."""
        urticaria = cls.env["clinic.risk.kind"].create({"name": "Test Urticaria", "type": "reaction"})
        reactions = cls.as_doctor["clinic.reaction"]
        reactions.create({"procedure_id": cls.treated.id, "kind_id": urticaria.id, "grade": "3"})
        injected = cls.env["clinic.consumption"].search(
            [("patient_id", "=", cls.patient.id), ("lot_id", "=", cls.lot_late.id)], limit=1
        )
        with freeze_time(injected.procedure_id.stop):
            reactions.create(
                {
                    "procedure_id": injected.procedure_id.id,
                    "kind_id": urticaria.id,
                    "product_id": cls.toxin.id,
                }
            )

    @classmethod
    def _setup_gate(cls):
        """Who waits for the peel has a risk that asks for a reason."""
        thinner = cls.env["clinic.risk.kind"].create({"name": "Test Blood Thinner", "type": "medication"})
        rule = {"kind_id": thinner.id, "treatment_id": cls.peel.id, "level": "relative", "text": "Bruises."}
        cls.env["clinic.risk.rule"].create(rule)
        cls.as_doctor["clinic.risk"].create({"patient_id": cls.asked.patient_id.id, "kind_id": thinner.id})

    @classmethod
    def _setup_values(cls):
        """A value that was recorded, an item that was not used, and a spot with its dose."""
        treated = cls.treated.with_user(cls.users["practitioner"])
        treated.parameter_ids.write({"value": 2})
        treated.item_ids.filtered(lambda item: item.product_id == cls.gloves).action_not_used()
        spot = {"x": 0.5, "y": 0.38, "product_id": cls.toxin.id, "quantity": 4}
        pins = cls.env["clinic.body.pin"].with_user(cls.users["cosmetologist"])
        pins.create({"procedure_id": cls.treated_by_other.id, **spot})

    @classmethod
    def _setup_waitlist(cls):
        waiting = [{"patient_id": patient.id, "treatment_id": cls.facial.id} for patient in cls.patients[3:6]]
        entries = cls.env["clinic.waitlist"].create(waiting)
        # Others may wait for a time at which a day's times begin.
        freed = cls.book(start=cls._at(15, days=3), practitioner=cls.doctor)
        freed.action_cancel(cls.env.ref("clinic_visit.cancel_reason_patient"))
        entries[2].action_withdraw()
        cls.env["clinic.block"].create(
            {
                "name": "Lunch",
                "company_id": cls.branch.id,
                "resource_ids": [Command.set(cls.doctor.resource_id.ids)],
                "start": fields.Datetime.now() + timedelta(hours=3),
                "stop": fields.Datetime.now() + timedelta(hours=4),
                "repeat_until": cls.branch._clinic_today() + timedelta(days=15),
            }
        )

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
        alarm = {"kind": "many", "user_id": cls.users["reception"].id, "patient_count": 40}
        cls.env["clinic.access.alarm"].sudo().create([alarm, alarm])

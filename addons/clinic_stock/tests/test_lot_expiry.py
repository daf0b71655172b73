from ast import literal_eval
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation
from pytz import utc

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import StockCommon
from .test_reorder import ReorderMixin


@tagged("post_install", "-at_install")
class TestLotExpiry(ReorderMixin, StockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_reorder()
        cls.env["stock.lot"].search([("company_id", "in", [cls.branch.id, False])]).expiration_date = "2100-01-01"
        cls.warehouse = cls.users["warehouse"]

    def _expires_in(self, lot, days):
        lot.with_company(self.branch).expiration_date = fields.Datetime.now() + timedelta(days=days)

    def _run_in(self, days):
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            return self._run()

    def test_the_buyer_is_told_at_90_and_at_30_days_once_each(self):
        self._expires_in(self.lot_cream, 100)
        self.assertFalse(self._run())
        mail = self._run_in(11)
        self.assertEqual((mail.subject, mail.recipient_ids), ("Lots that expire soon: 1", self.warehouse.partner_id))
        for text in ("Cream", "C1", "10 ml", "Test Clinic"):
            self.assertIn(text, mail.body_html)
        [first] = self._activities(self.lot_cream)
        self.assertEqual(first.user_id, self.warehouse)
        self.assertIn("Cream, lot C1 in Test Clinic: 10 ml, expires on", first.summary)
        for days in (12, 40, 69):
            self.assertFalse(self._run_in(days))
        self.assertEqual(len(self._run_in(71)), 1)
        [second] = self._activities(self.lot_cream)
        self.assertNotEqual(second, first)
        for days in (72, 99, 120):
            self.assertFalse(self._run_in(days))
        self.assertEqual(self._notices().mapped("days"), [90, 30])

    def test_what_comes_late_is_told_of_once(self):
        self._expires_in(self.lot_cream, 20)
        self.assertEqual(len(self._run()), 1)
        self.assertFalse(self._run())
        self.assertEqual(self._notices().days, 30)

    def test_what_has_expired_on_the_shelf_is_told_of_too(self):
        self._expires_in(self.lot_cream, -3)
        self.assertEqual(len(self._run()), 1)
        self.assertFalse(self._run())

    def test_one_mail_lists_all_of_a_run(self):
        for lot in (self.lot_cream, self.lot_soon, self.lot_late):
            self._expires_in(lot, 50)
        mail = self._run()
        self.assertEqual(mail.subject, "Lots that expire soon: 3")
        for text in ("C1", "SOON", "LATE", "30 U", "100 U"):
            self.assertIn(text, mail.body_html)

    def test_store_and_rooms_are_one_branch(self):
        self._put(self.cream, 4, lot=self.lot_cream)
        self._expires_in(self.lot_cream, 50)
        self.assertIn("14 ml", self._run().body_html)
        self.assertEqual(len(self._notices()), 1)

    def test_a_lot_that_two_branches_share_is_told_of_in_each(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        self.users["manager"].company_ids |= other
        other.clinic_buyer_id = self.users["manager"]
        lot = self.lot_cream
        lot.company_id = False
        self._put(self.cream, 4, other._get_treatment_location(), lot=lot)
        self._expires_in(lot, 50)
        mails = self._run()
        self.assertEqual(mails.recipient_ids, (self.warehouse | self.users["manager"]).partner_id)
        self.assertEqual(self._notices().company_id, self.branch | other)
        self.assertEqual(len(self._activities(lot)), 2)
        # In the second branch it is used up.
        self._put(self.cream, -4, other._get_treatment_location(), lot=lot)
        self.assertFalse(self._run())
        self.assertEqual(self._activities(lot).user_id, self.warehouse)

    def test_what_is_used_up_closes_by_itself(self):
        self._expires_in(self.lot_cream, 50)
        self._run()
        self._put(self.cream, -10, self.location, self.lot_cream)
        self.assertFalse(self._run())
        self.assertFalse(self._activities(self.lot_cream))

    def test_a_corrected_date_is_told_of_when_its_time_has_come(self):
        self._expires_in(self.lot_cream, 50)
        self._run()
        self._expires_in(self.lot_cream, 150)
        self.assertFalse(self._run())
        self.assertFalse(self._activities(self.lot_cream))
        self.assertEqual(len(self._run_in(61)), 1)

    def test_nothing_on_hand_or_no_clinic_item_is_not_told_of(self):
        self._put(self.cream, -10, self.location, self.lot_cream)
        self._expires_in(self.lot_cream, 50)
        self.toxin.write({"clinic_billable": False, "clinic_item": False})
        self._expires_in(self.lot_soon, 50)
        self.assertFalse(self._run())

    def test_odoos_own_alert_tells_of_nothing_twice(self):
        soap = self._create_item("Soap", self.ml, clinic_item=False)
        lot_soap = self._receive(soap, 5, "S1", 10)
        for lot in (self.lot_cream, self.lot_late, lot_soap):
            self._expires_in(lot, 10)
            lot.alert_date = fields.Datetime.now() - timedelta(days=1)
        # An alert that a clinic has set for an earlier day is still given.
        self._expires_in(self.lot_late, 200)
        self.lot_late.alert_date = fields.Datetime.now() - timedelta(days=1)
        self.env["stock.lot"]._alert_date_exceeded()
        self.assertFalse(self._activities(self.lot_cream))
        self.assertEqual(len(self._activities(lot_soap)), 1)
        self.assertEqual(len(self._activities(self.lot_late)), 1)
        self._run()
        self.assertEqual(len(self._activities(self.lot_cream)), 1)

    def test_the_filters_find_what_expires(self):
        lots = self.lot_cream | self.lot_soon | self.lot_late | self.lot_expired
        for lot, days in zip(lots, (20, 60, 200, -2), strict=True):
            self._expires_in(lot, days)
        self.env.flush_all()
        for model, lot_of in (
            ("stock.lot", lambda lot: lot),
            ("stock.quant", lambda quant: quant.lot_id),
        ):
            found = {
                name: lot_of(self.env[model].search(self._filter(model, name))) & lots
                for name in ("expires_30", "expires_90", "expired" if model == "stock.lot" else "expired_lots")
            }
            self.assertEqual(
                list(found.values()), [self.lot_cream, self.lot_cream | self.lot_soon, self.lot_expired], model
            )

    def _filter(self, model, name):
        """Return the domain of the filter ``name`` in the search view of ``model``."""
        view = {"stock.lot": "stock.search_product_lot_filter", "stock.quant": "stock.quant_search_view"}[model]
        arch = self.env.ref(view)._get_combined_arch()
        [domain] = arch.xpath(f"//filter[@name='{name}']/@domain")
        return literal_eval(domain)

    def test_only_warehouse_and_manager_read_the_notices_of_their_branches(self):
        self._expires_in(self.lot_cream, 50)
        self._run()
        notice = self._notices()
        for role in ("warehouse", "manager"):
            self.assertEqual(notice.with_user(self.users[role]).lot_id, self.lot_cream)
        other = self.env["res.company"].create({"name": "Second Branch"})
        self.warehouse.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(notice.with_user(self.warehouse).with_context(allowed_company_ids=other.ids).search([]))

    # -- to the end of the day ----------------------------------------------------------------------------------------

    def _at_local(self, text):
        """Freeze the time ``text`` in the branch."""
        naive = fields.Datetime.to_datetime(text)
        moment = self.branch._clinic_timezone().localize(naive).astimezone(utc).replace(tzinfo=None)
        return freeze_time(moment)

    def test_a_lot_is_good_to_the_end_of_its_day_however_it_was_entered(self):
        # 00:07:40 of 10 March in Karachi, as somebody typed it.
        moment = "2033-03-09 19:07:40"
        lots = self.env["stock.lot"].create(
            [{"name": "E1", "product_id": self.toxin.id, "expiration_date": moment, "company_id": self.branch.id}]
        )
        written = self._receive(self.toxin, 10, "E2", 3)
        written.expiration_date = moment
        columns = ["name", "product_id/.id", "expiration_date"]
        importing = self.env["stock.lot"].with_company(self.branch).with_context(tz="Asia/Karachi")
        lots |= lots.browse(importing.load(columns, [["E3", str(self.toxin.id), "2033-03-10"]])["ids"])
        form = Form(self.env["stock.lot"].with_company(self.branch))
        form.name, form.product_id, form.expiration_date = "E4", self.toxin, moment
        lots |= form.save() | written
        self.assertEqual(len(lots), 4)
        self.assertEqual(set(lots.mapped("clinic_expiry_day")), {date(2033, 3, 10)})
        self.assertEqual(set(lots.mapped("expiration_date")), {datetime(2033, 3, 10, 18, 59, 59)})
        in_branch = lots.with_company(self.branch)
        with self._at_local("2033-03-10 23:30:00"):
            self.env.invalidate_all()
            in_branch._check_usable()
            self.assertEqual(set(in_branch.mapped("clinic_days_left")), {0})
            self.assertIn(written, self.env["stock.lot"]._clinic_available(self.toxin, self.location))
            self._take_out(written)
            self.assertFalse(in_branch.search([("id", "in", lots.ids), ("clinic_days_left", "<", 0)]))
        with self._at_local("2033-03-11 00:30:00"):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "expired on 03/10/2033"):
                in_branch[:1]._check_usable()
            self.assertNotIn(written, self.env["stock.lot"]._clinic_available(self.toxin, self.location))
            self.assertEqual(in_branch.search([("id", "in", lots.ids), ("clinic_days_left", "<", 0)]), lots)
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self._take_out(written)

    def _take_out(self, lot):
        """Let a unit of ``lot`` go out below the ORM: the database's own promise."""
        values = self._prepare_stock_move(
            self.toxin, 1, lot, self.location, self.env.ref("stock.stock_location_customers")
        )
        move = self.env["stock.move"].create(values)
        self.env.flush_all()
        query = "UPDATE stock_move_line SET state = 'done', date = %s WHERE move_id = %s"
        self.env.cr.execute(query, [fields.Datetime.now(), move.id])

    def test_the_day_is_the_branchs_own_where_branches_share_a_lot(self):
        dubai = self.env["res.company"].create({"name": "Dubai Branch"})
        dubai.resource_calendar_id.tz = "Asia/Dubai"
        lot = self.env["stock.lot"].with_company(dubai).create({"name": "S1", "product_id": self.toxin.id})
        lot.company_id = False
        lot.expiration_date = "2033-03-10 12:00:00"
        self.assertEqual(lot.clinic_expiry_day, date(2033, 3, 10))
        # 23:30 in Dubai is half past midnight in Karachi.
        with freeze_time("2033-03-10 19:30:00"):
            self.assertFalse(lot.with_company(dubai)._clinic_expired())
            self.assertTrue(lot.with_company(self.branch)._clinic_expired())

    def test_a_new_lot_does_not_expire_now(self):
        lot = self.env["stock.lot"].create({"name": "N1", "product_id": self.toxin.id})
        self.assertFalse(lot.expiration_date or lot.clinic_expiry_day)
        self.assertFalse(lot._clinic_expired())
        with self.assertRaisesRegex(UserError, "Enter the expiry date of lot N1 of Toxin"):
            self._move(self.toxin, 10, lot, self.env.ref("stock.stock_location_suppliers"), self.store)
        self.toxin.expiration_time = 30
        other = self.env["stock.lot"].with_company(self.branch).create({"name": "N2", "product_id": self.toxin.id})
        today = self.branch._clinic_today()
        self.assertEqual(other.clinic_expiry_day, today + timedelta(days=30))
        self._move(self.toxin, 10, other, self.env.ref("stock.stock_location_suppliers"), self.store)

    def test_what_has_a_serial_number_is_not_taken_in_parts(self):
        filler = self._create_item("Implant", self.env.ref("uom.product_uom_unit"), tracking="serial")
        serial = self._receive(filler, 1, "SN1", 100)
        with self.assertRaisesRegex(UserError, "Implant has serial numbers: each is used as a whole"):
            self.procedure.consume(filler, 0.5, lot=serial)
        with self.assertRaisesRegex(UserError, "as a whole"), self.env.cr.savepoint():
            self._scrap(filler, 0.5, serial)
        count = self.env["clinic.stock.count"].with_user(self.warehouse)
        quant = self.env["stock.quant"].search([("lot_id", "=", serial.id), ("location_id", "=", self.location.id)])
        with self.assertRaisesRegex(UserError, "as a whole"):
            count.set_count(self.location.id, quant.id, 0.5)
        self.assertEqual(self.procedure.consume(filler, 1, lot=serial).state, "used")

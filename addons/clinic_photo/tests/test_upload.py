import secrets
from datetime import datetime
from unittest.mock import patch

from werkzeug.formparser import default_stream_factory

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import PART_BYTES
from ..intake import Busy, Refused
from .common import PhotoCommon, picture
from .test_intake import exif_with_place

UPLOAD = "odoo.addons.clinic_photo.models.clinic_photo_upload"


@tagged("post_install", "-at_install")
class TestUpload(PhotoCommon):
    def _uploads(self, role="practitioner"):
        return self.env["clinic.photo.upload"].with_user(self.users[role])

    def test_a_photo_is_linked_and_dated_by_itself(self):
        area = self.env["clinic.body.area"].search([], limit=1)
        taken = exif_with_place("2026:03:31 14:30:00", "+05:00")
        photo = self._photo(
            picture(exif=taken.tobytes()), procedure_id=self.procedure.id, area_id=area.id, view="left_45"
        )
        self.assertEqual((photo.patient_id, photo.procedure_id), (self.patient, self.procedure))
        self.assertEqual((photo.treatment_id, photo.area_id, photo.view), (self.facial, area, "left_45"))
        self.assertEqual(photo.captured_at, datetime(2026, 3, 31, 9, 30))
        self.assertEqual(photo.taken_at, photo.captured_at)
        self.assertEqual(photo.author_id, self.users["practitioner"])
        self.assertLess((fields.Datetime.now() - photo.received_at).total_seconds(), 60)
        self.assertEqual((photo.width, photo.height), (640, 480))

    def test_a_camera_with_a_wrong_clock_is_not_believed(self):
        for said in ("1970:01:01 00:00:00", "2099:01:01 00:00:00", "not a date", "0000:00:00 00:00:00"):
            photo = self._photo(picture(exif=exif_with_place(said, "").tobytes()))
            with self.subTest(said=said):
                self.assertFalse(photo.captured_at)
                self.assertEqual(photo.taken_at, photo.received_at)

    def test_a_broken_connection_goes_on_where_it_was_and_makes_one_photo(self):
        data = picture((1600, 1200), kind="PNG") + secrets.token_bytes(2 * PART_BYTES)
        key, uploads = self._key(), self._uploads()
        self.assertEqual(uploads.begin(key, self._about(data))["parts"], [])
        upload = uploads._own(key)
        upload._take_part(1, data[PART_BYTES : 2 * PART_BYTES])
        self.assertEqual(uploads.begin(key, self._about(data))["parts"], [1])
        self.assertEqual(uploads.finish(key), {"state": "missing", "parts": [0, 2]})
        upload._take_part(1, data[PART_BYTES : 2 * PART_BYTES])
        upload._take_part(0, data[:PART_BYTES])
        upload._take_part(2, data[2 * PART_BYTES :])
        first = uploads.finish(key)
        self.assertEqual(first["state"], "done")
        self.assertEqual(uploads.finish(key), first)
        self.assertEqual(uploads.begin(key, self._about(data))["photo"], first["photo"])
        self.assertEqual(self.env["clinic.photo"].search_count([("patient_id", "=", self.patient.id)]), 1)
        self.env.cr.postcommit.run()
        stored = self.env["clinic.vault.file"].search([]).filtered(lambda file: self._path(file).exists())
        self.assertEqual(set(stored.mapped("variant")), {"original", "preview", "thumb"}, "No part is left")

    def test_parts_and_pictures_lie_sealed(self):
        data = picture((1600, 1200))
        marker = data[-400:-300]
        uploads, key = self._uploads(), self._key()
        uploads.begin(key, self._about(data))
        uploads._own(key)._take_part(0, data)
        self._photo(data)
        for path in self.root.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for magic in (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"WEBP", b"%PDF", b"ftyp", b"JFIF"):
                    self.assertFalse(content.startswith(magic))
                self.assertNotIn(b"JFIF", content)
                self.assertNotIn(marker, content)

    def test_what_is_refused_is_forgotten_and_said(self):
        for data, words in ((b"<html>" * 99, "not a photo"), (picture((9, 9), kind="PNG"), "too small")):
            found = self._send(data)
            self.assertEqual(found["state"], "refused")
            self.assertIn(words, found["text"])
        self.assertFalse(self.env["clinic.photo.upload"].search([]))
        self.assertFalse(self.env["clinic.vault.file"].search([]))

    def test_what_may_go_well_the_next_time_is_kept(self):
        data, key, uploads = picture(), self._key(), self._uploads()
        uploads.begin(key, self._about(data))
        upload = uploads._own(key)
        upload._take_part(0, data)
        for rule, words in (("slow", "took too long"), ("limits", "too much memory"), ("broken", "could not be read")):
            with self.subTest(rule), patch(f"{UPLOAD}.take_in", side_effect=Refused(rule)):
                found = uploads.finish(key)
                self.assertEqual(found["state"], "failed")
                self.assertIn(words, found["text"])
                self.assertEqual(upload._parts(), [0])
        self.assertEqual(uploads.finish(key)["state"], "done")
        self.assertEqual(self._send(data[:900])["state"], "failed", "Cut short")

    def test_two_tabs_that_send_one_photo_make_one(self):
        data, key, uploads = picture(), self._key(), self._uploads()
        uploads.begin(key, self._about(data))
        upload = uploads._own(key)
        upload._take_part(0, data)
        with patch.object(type(upload), "_parts", lambda _self: []), mute_logger("odoo.sql_db"):
            # Neither of the two has seen that the other's part has come.
            upload._take_part(0, data)
        self.assertEqual(upload._parts(), [0])
        with patch.object(type(upload), "try_lock_for_update", lambda self: self.browse()):
            self.assertEqual(uploads.finish(key), {"state": "busy"})
        first = uploads.finish(key)
        self.assertEqual(first["state"], "done")
        upload = uploads._own(key)
        self._age(upload, 80)
        self.env["clinic.photo.upload"]._cron_forget()
        self.assertEqual(uploads.finish(key), first, "From a tablet that was off for weeks")
        self._age(upload, 11)
        self.env["clinic.photo.upload"]._cron_forget()
        self.assertFalse(upload.exists())
        self.assertTrue(self.env["clinic.photo"].browse(first["photo"]).exists())

    def _age(self, upload, days):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_photo_upload SET create_date = create_date - %s * interval '1 day' WHERE id = %s",
            [days, upload.id],
        )
        self.env.invalidate_all()

    def test_the_earlier_photos_of_a_view_and_area_are_the_ghosts(self):
        face, chin = self.env["clinic.body.area"].search([], limit=2)
        gallery = self.env["clinic.photo.gallery"].with_user(self.users["practitioner"])
        whole = self._photo(taken_at="2024-01-01 10:00:00")
        self._photo(taken_at="2023-01-01 10:00:00")
        near = self._photo(taken_at="2023-06-01 10:00:00", area_id=face.id, view="area")
        today = self._photo(taken_at="2024-02-01 10:00:00", procedure_id=self.procedure.id, area_id=chin.id)
        ghosts = gallery.ghosts(self.patient.id)
        self.assertEqual(ghosts["front/"], whole.uuid)
        self.assertEqual(ghosts[f"area/{face.id}"], near.uuid)
        self.assertEqual(ghosts[f"front/{chin.id}"], today.uuid)
        self.assertEqual(ghosts["front"], today.uuid, "The newest one where no area is asked for")
        self.assertNotIn("area", ghosts, "A close-up of another area is no help")
        ghosts = gallery.ghosts(self.patient.id, self.procedure.id)
        self.assertEqual((ghosts["front"], ghosts["front/"]), (whole.uuid, whole.uuid))
        self.assertNotIn(f"front/{chin.id}", ghosts)

    def test_the_protocol_s_photos_are_told_apart_by_their_area(self):
        face, chin = self.env["clinic.body.area"].search([], limit=2)
        lines = [("before", "area", face), ("before", "area", chin), ("before", "front", self.env["clinic.body.area"])]
        protocol = self.env["clinic.protocol"].create(
            {
                "treatment_id": self.laser.id,
                "photo_plan_ids": [
                    Command.create({"kind": kind, "view": view, "area_id": area.id}) for kind, view, area in lines
                ],
            }
        )
        protocol.action_publish()
        self.procedure.visit_id.action_done()
        self.be_earlier(self.procedure)
        procedure = self.start_visit(self.laser)
        second = self._photo(procedure_id=procedure.id, view="area", area_id=chin.id)
        front = self._photo(procedure_id=procedure.id, view="front", area_id=face.id)
        found = self.env["clinic.patient.card"]._prepare_plan(procedure)
        taken = [line["photo"] and line["photo"]["uuid"] for line in found["plan"]]
        self.assertEqual(taken, [None, second.uuid, front.uuid], "The whole view is there, whichever area was named")
        self.assertEqual((found["missing"], found["others"]), (1, []))

    def test_the_gallery_knows_what_is_treated_now(self):
        gallery = self.env["clinic.photo.gallery"].with_user(self.users["practitioner"])
        self.assertEqual(gallery.load(self.patient.id)["procedure_id"], self.procedure.id)
        self.assertFalse(gallery.with_user(self.users["reception"]).load(self.patient.id)["procedure_id"])

    def test_what_a_photo_shows_is_corrected(self):
        area = self.env["clinic.body.area"].search([], limit=1)
        photo = self._photo()
        mine = photo.with_user(self.users["practitioner"])
        mine.write({"view": "left_45", "kind": "after", "area_id": area.id, "note": "After two weeks"})
        [row] = self.env["clinic.photo.gallery"].with_user(self.users["practitioner"]).load(self.patient.id)["photos"]
        self.assertEqual((row["view"], row["kind"], row["area_id"]), ("left_45", "after", area.id))
        self.assertEqual(row["note"], "After two weeks")
        with self.assertRaises(AccessError):
            photo.with_user(self.users["reception"]).write({"view": "front"})

    def test_too_much_or_nothing_proper_is_refused_at_the_door(self):
        uploads = self._uploads()
        with self.assertRaisesRegex(UserError, "larger than 25 MB"):
            uploads.begin(self._key(), {**self._about(b"x"), "size": 25 * 1024 * 1024 + 1})
        for key in ("short", "../../etc/passwd-xxxxxx", "x" * 15, "key\r\nwith-a-line-end", "a" * 65, "\u202e" * 20):
            with self.subTest(key=key), self.assertRaises(UserError):
                uploads.begin(key, self._about(b"x"))
        key = self._key()
        uploads.begin(key, self._about(b"x" * 100))
        for number, part in ((1, b"x"), (-1, b"x"), (0, b"x" * 99), (0, b"x" * 101)):
            with self.subTest(number=number), self.assertRaisesRegex(UserError, "does not belong"):
                uploads._own(key)._take_part(number, part)

    def test_who_adds_what(self):
        for role, kind, allowed in (
            ("practitioner", "before", True),
            ("cosmetologist", "after", True),
            ("reception", "document", True),
            ("reception", "before", False),
            ("manager", "after", False),
            ("warehouse", "document", False),
            ("accountant", "document", False),
        ):
            with self.subTest(role=role, kind=kind):
                if allowed:
                    self.assertEqual(self._photo(user=self.users[role], kind=kind).kind, kind)
                else:
                    with self.assertRaises(AccessError):
                        self._send(picture(), self.users[role], kind=kind)

    def test_what_is_not_the_patient_s_is_refused(self):
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"})
        with self.assertRaisesRegex(UserError, "of another patient"):
            self._send(
                picture(),
                patient_id=other.id,
                procedure_id=self.procedure.id,
                kind="document",
                user=self.users["reception"],
            )
        key = self._key()
        self._uploads().begin(key, self._about(b"x" * 9))
        with self.assertRaisesRegex(AccessError, "by somebody else"):
            self._uploads("cosmetologist").finish(key)

    def test_people_at_work_come_first(self):
        data, key, uploads = picture(), self._key(), self._uploads()
        uploads.begin(key, self._about(data))
        uploads._own(key)._take_part(0, data)
        with patch(f"{UPLOAD}.take_in", side_effect=Busy):
            self.assertEqual(uploads.finish(key), {"state": "busy"})
        self.assertEqual(uploads.finish(key)["state"], "done")

    def test_a_full_disk_leaves_nothing_half_and_the_same_then_succeeds(self):
        # Alarms are raised in a transaction of their own.
        self.registry_enter_test_mode()
        data, key, uploads = picture(), self._key(), self._uploads()
        uploads.begin(key, self._about(data))
        uploads._own(key)._take_part(0, data)
        full = OSError(28, "No space left on device")
        with patch("os.fsync", side_effect=full), mute_logger("odoo.addons.clinic_vault.models.clinic_vault_file"):
            with self.assertRaisesRegex(UserError, "there is no room"), self.env.cr.savepoint():
                uploads.finish(key)
        self.assertFalse(self.env["clinic.photo"].search([("patient_id", "=", self.patient.id)]))
        self.assertEqual(uploads.finish(key)["state"], "done")

    def test_a_part_is_not_written_to_the_disk_before_it_is_sealed(self):
        with default_stream_factory(None, "image/jpeg", "part") as stream:
            stream.write(b"x" * PART_BYTES)
            self.assertFalse(stream._rolled)
            stream.write(b"x" * PART_BYTES)
            self.assertTrue(stream._rolled)

    def test_what_nobody_goes_on_with_is_forgotten(self):
        key = self._key()
        self._uploads().begin(key, self._about(b"x" * 9))
        upload = self._uploads()._own(key)
        upload._take_part(0, b"x" * 9)
        self.env["clinic.photo.upload"]._cron_forget()
        self.assertTrue(upload.exists())
        self.env.cr.execute("UPDATE clinic_photo_upload SET create_date = create_date - interval '2 days'")
        self.env["clinic.photo.upload"]._cron_forget()
        self.assertFalse(upload.exists())
        self.assertFalse(self.env["clinic.vault.file"].search([]))

    def test_by_rpc_nobody_makes_or_changes_what_only_an_upload_does(self):
        photos = self.env["clinic.photo"].with_user(self.users["practitioner"])
        with self.assertRaisesRegex(AccessError, "camera or by an upload"):
            photos.create({"patient_id": self.patient.id})
        photo = photos.browse(self._photo().id)
        for name, value in (
            ("uuid", "x"),
            ("taken_at", "2020-01-01 00:00:00"),
            ("is_shared", True),
            ("active", False),
            ("patient_id", self.env["clinic.patient"].create({"name": "Another One"}).id),
            ("retain_until", "2000-01-01"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                photo.write({name: value})
        photo.write({"view": "left_90", "kind": "after", "note": "In the light of the window"})
        with self.assertRaisesRegex(UserError, "does not become a document"):
            photo.kind = "document"
        with self.assertRaises(AccessError):
            photo.unlink()

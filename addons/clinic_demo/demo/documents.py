"""Documents of the demo's patients: drawn here, and taken in as whatever is uploaded."""

import io
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from odoo.tools import config

from odoo.addons.clinic_document.const import MOST_PAGES, VARIANT
from odoo.addons.clinic_document.intake import take_in_pdf
from odoo.addons.clinic_photo.const import MOST_PIXELS
from odoo.addons.clinic_photo.intake import take_in

REFERRAL = (
    "Dear colleague,",
    "thank you for seeing {name} ({number}), who asks for treatment of acne scars on both cheeks.",
    "No isotretinoin in the last twelve months, no keloids, no known allergies.",
    "Please let me know how you proceed.",
    "Dr Farah Malik, City Dermatology Practice",
)
RESULT = (
    "Patient: {name} ({number})",
    "",
    "Haemoglobin            13.1 g/dl        (12.0 - 15.5)",
    "Leukocytes              6.4 /nl         (4.0 - 10.0)",
    "Platelets               258 /nl         (150 - 400)",
    "Ferritin                 45 ng/ml       (15 - 150)",
    "TSH                     1.8 mU/l        (0.4 - 4.0)",
    "",
    "All values are within the reference range.",
)


# kind: (title, how many days ago, who has filed it)
FILED = {
    "referral": ("Referral from City Dermatology Practice", 60, "practitioner"),
    "laboratory": ("Blood count, City Laboratory", 45, "practitioner"),
    "identity": ("Identity card", 60, "reception"),
}


def load_documents(env, patient, portal_patient):
    """Give both a referral letter, a result and an identity card; the result is on the portal of the second one."""
    for owner in (patient or portal_patient) | portal_patient:
        drawn = {
            "referral": _page("Referral Letter", REFERRAL, owner),
            "laboratory": _page("City Laboratory: Blood Count", RESULT, owner),
            "identity": _card(owner),
        }
        filed = {kind: _file(env, owner, kind, data) for kind, data in drawn.items()}
        if owner == portal_patient:
            filed["laboratory"]._clinic_writing().is_shared = True


def _page(title, lines, patient):
    """Return a PDF with ``title`` and ``lines`` about ``patient``."""
    target = io.BytesIO()
    drawn = canvas.Canvas(target, pagesize=A4)
    drawn.setFont("Helvetica-Bold", 16)
    drawn.drawString(72, 760, title)
    drawn.setFont("Courier", 9)
    for number, line in enumerate(lines):
        drawn.drawString(72, 720 - 18 * number, line.format(name=patient.name, number=patient.number))
    drawn.showPage()
    drawn.save()
    return target.getvalue()


def _card(patient):
    """Return a picture of an identity card that is none."""
    picture = Image.new("RGB", (856, 540), (222, 232, 226))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 856, 90), fill=(38, 92, 72))
    draw.rectangle((600, 150, 800, 410), fill=(186, 196, 190))
    draw.ellipse((650, 180, 750, 300), fill=(140, 150, 146))
    draw.pieslice((620, 290, 780, 520), 180, 360, fill=(140, 150, 146))
    lines = ("SAMPLE IDENTITY CARD", "", patient.name, patient.number, "", "Not valid anywhere")
    for number, line in enumerate(lines):
        colour = "white" if not number else (30, 40, 36)
        draw.text((40, 24 + 72 * number), line, fill=colour, font_size=36)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


def _file(env, patient, kind, data):
    """Return the document that is made of ``data``."""
    title, days, login = FILED[kind]
    lock = Path(config["data_dir"]) / "clinic_demo_intake.lock"
    if data.startswith(b"%PDF-"):
        facts, clean = take_in_pdf(data, lock, {"pages": MOST_PAGES})
        facts["file_type"] = "pdf"
    else:
        _facts, pictures = take_in(data, lock, {"pixels": MOST_PIXELS})
        facts, clean = {"pages": 1, "file_type": "jpeg"}, pictures["original"]
    now = env.cr.now()
    document = env["clinic.document"].create(
        {
            **facts,
            "patient_id": patient.id,
            "kind_id": env.ref(f"clinic_document.kind_{kind}").id,
            "name": title,
            "date": (now - timedelta(days=days)).date(),
            "received_at": now - timedelta(days=days),
            "author_id": env["res.users"].search([("login", "=", login)]).id or env.uid,
            "size": len(clean),
        }
    )
    env["clinic.vault.file"]._store(document.uuid, VARIANT, clean)
    return document

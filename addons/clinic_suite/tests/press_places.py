"""Pages to which no menu leads, each with somebody who opens it."""

from .press_plan import Place

CARD = "clinic_record.clinic_patient_card_action"


def places(case):
    """Return {role: [place]}: the cards of patients in each state, as the test's data made them."""
    treated, by_other, asked = case.treated.sudo(), case.treated_by_other, case.asked
    waiting, today = case.patients[2:4]
    start = {"mark": "clinic_record.TreatmentPanel#3"}
    body_map = {"mark": "clinic_record.TreatmentSkin#2"}
    deleted = {"mark": "clinic_document.PatientDocuments#2"}
    reason = {"selector": "#o_clinic_glass_reason", "text": "She stands here and cannot be asked"}
    typed_over = {f"parameter/{treated.parameter_ids.id}/value": {"value": "3", "seen": 1}}
    return {
        "practitioner": [
            _card(treated.patient_id, stored={f"clinic.procedure/{treated.id}": typed_over}),
            _card(waiting),
            _card(today),
            _card(asked.patient_id),
            _card(asked.patient_id, steps=(start,)),
            _card(case.far, steps=(reason,)),
            _card(case.told),
            _card(case.reporting[0]),
            _card(case.reporting[-1]),
            _card(case.signing),
            *_galleries(treated.patient_id),
            Place("clinic_document.clinic_document_action", {"props": {"resId": treated.patient_id.id}}),
            Place(
                "clinic_document.clinic_document_action", {"props": {"resId": treated.patient_id.id}}, steps=(deleted,)
            ),
        ],
        "reception": [
            *map(_incoming, ("0301 0000001", "020", "0306 0000001")),
            *_checkouts(case.to_pay.id, case.paid.id),
        ],
        "cosmetologist": [
            _card(by_other.patient_id),
            _card(by_other.patient_id, steps=(body_map,)),
            # The note was signed, or never begun, by the time the tab comes back to what was typed.
            _card(
                by_other.patient_id,
                stored={f"clinic.procedure/{by_other.id}": {"note": {"value": "<p>Calm</p>", "seen": "1"}}},
            ),
            _card(case.far),
        ],
    }


def _incoming(number):
    """Return the screen of an incoming call from ``number``."""
    typed = {"selector": "#o_clinic_incoming_number", "text": number}
    return Place("clinic_phone.clinic_call_incoming_action", steps=(typed, {"mark": "clinic_phone.Incoming#1"}))


def _checkouts(to_pay, paid):
    """Yield the checkout of a visit that is to be paid, after what is typed and tapped there, and of one that is."""

    def button(number):
        return {"mark": f"clinic_checkout.Checkout#{number}"}

    found = {"selector": ".o_clinic_checkout_search input", "text": "Press cream"}
    add, discount, tip, way = (button(number) for number in (4, 9, 12, 15))
    for visit, steps in (
        (to_pay, ()),
        (to_pay, (found,)),
        (to_pay, (found, add)),
        (to_pay, (discount,)),
        (to_pay, (tip,)),
        (to_pay, (way,)),
        (paid, ()),
    ):
        yield Place("clinic_checkout.clinic_checkout_action", {"props": {"resId": visit}}, steps=steps)


def _card(patient, **values):
    return Place(CARD, {"props": {"resId": patient.id}}, **values)


def _galleries(patient):
    """Yield the gallery of ``patient``, and what it shows once photos are chosen."""

    def button(number, **step):
        return {"mark": f"clinic_photo.PhotoGallery#{number}", **step}

    # The first one is a document, which nobody exports.
    opened, chosen, uses, deleted = button(12, nth=1), button(13), button(6), button(11)
    export = {"mark": "clinic_photo.PhotoViewer#7"}
    purpose = {"selector": "#o_clinic_export_purpose", "text": "Talk at a congress"}
    for steps in (
        (),
        (chosen, uses),
        (chosen, button(13, nth=1)),
        (deleted, chosen),
        (opened, export, purpose),
    ):
        yield Place("clinic_photo.clinic_photo_gallery_action", {"props": {"resId": patient.id}}, steps=steps)

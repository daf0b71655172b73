"""Pages to which no menu leads, each with somebody who opens it."""

from .press_plan import Place

CARD = "clinic_record.clinic_patient_card_action"


def places(case):
    """Return {role: [place]}: the cards of patients in each state, as the test's data made them."""
    treated, by_other, asked = case.treated.sudo(), case.treated_by_other, case.asked
    waiting, today = case.patients[2:4]
    start = {"mark": "clinic_record.TreatmentPanel#3"}
    body_map = {"mark": "clinic_record.TreatmentSkin#2"}
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
            Place("clinic_photo.clinic_photo_gallery_action", {"props": {"resId": treated.patient_id.id}}),
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


def _card(patient, **values):
    return Place(CARD, {"props": {"resId": patient.id}}, **values)

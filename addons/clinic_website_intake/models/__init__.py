from . import (
    clinic_intake,
    clinic_intake_form,
    clinic_intake_need,
    clinic_intake_question,
    clinic_online_answer,
    clinic_online_hold,
    clinic_visit,
)

from . import clinic_vial_discard

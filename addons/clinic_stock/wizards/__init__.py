from . import clinic_vial_discard
from . import clinic_discrepancy_explain

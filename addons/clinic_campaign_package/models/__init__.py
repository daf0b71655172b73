from . import clinic_segment

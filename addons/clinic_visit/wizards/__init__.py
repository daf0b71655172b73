from . import clinic_patient_merge_wizard
from . import clinic_visit_cancel
from . import clinic_visit_book
from . import clinic_visit_book_advice
from . import clinic_visit_series
from . import clinic_visit_series_line

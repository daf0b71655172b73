from . import clinic_note_amend
from . import clinic_procedure_times
from . import clinic_visit_book

from . import clinic_visit_book

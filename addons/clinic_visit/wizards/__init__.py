from . import clinic_visit_cancel
from . import clinic_visit_book
from . import clinic_visit_book_advice

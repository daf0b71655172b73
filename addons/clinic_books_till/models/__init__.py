from . import clinic_books_home

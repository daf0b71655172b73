from . import book, details, known, waitlist

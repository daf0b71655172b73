from . import book, count, details, embed, engines, known, waitlist

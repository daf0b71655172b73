from . import book, count, details, embed, engines, known, offer, waitlist

from . import book, count, details, embed, engines, offer, waitlist

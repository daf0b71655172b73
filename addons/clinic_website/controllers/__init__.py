from . import book, count, details, embed, engines, waitlist

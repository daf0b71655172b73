from . import book, details, waitlist

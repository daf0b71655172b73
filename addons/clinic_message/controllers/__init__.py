from . import inbox, offer, pages

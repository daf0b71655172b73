from . import inbox, pages

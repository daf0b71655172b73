from . import test_hold, test_pages, test_rights, test_tour

from . import test_accessible, test_forged, test_hold, test_pages, test_rights, test_tour, test_zones

from . import (
    test_embed,
    test_embed_browser,
    test_engines,
    test_hold,
    test_offer,
    test_pages,
    test_rights,
    test_steps,
    test_times,
    test_tour,
)

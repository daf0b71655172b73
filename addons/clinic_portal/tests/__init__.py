from . import (
    test_access,
    test_browser,
    test_consents,
    test_devices,
    test_home,
    test_invite,
    test_keep,
    test_messages,
    test_profile,
    test_rights,
    test_words,
)

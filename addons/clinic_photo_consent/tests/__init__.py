from . import test_photo_consent

from . import test_document_consent

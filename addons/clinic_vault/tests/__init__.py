from . import test_envelope
from . import test_storage
from . import test_rights
from . import test_vault

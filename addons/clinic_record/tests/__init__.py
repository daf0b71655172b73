from . import test_js
from . import test_note
from . import test_procedure_record
from . import test_protocol
from . import test_record_rights
from . import test_rights

from . import test_basket
from . import test_js
from . import test_pay
from . import test_preview
from . import test_receipt
from . import test_rights
from . import test_tour

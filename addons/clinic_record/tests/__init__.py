from . import test_risk_gate
from . import test_reaction
from . import test_rights
from . import test_risk_rpc

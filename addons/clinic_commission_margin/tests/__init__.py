from . import test_commission_margin

from . import test_commission_package

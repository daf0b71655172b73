from . import test_fee

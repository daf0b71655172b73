from . import test_replenish

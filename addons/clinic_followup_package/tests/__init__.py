from . import test_stalled

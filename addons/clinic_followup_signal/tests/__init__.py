from . import test_asked

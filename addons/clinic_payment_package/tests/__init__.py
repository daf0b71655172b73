from . import test_package

from . import test_break_glass

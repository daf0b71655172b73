from . import test_allergy

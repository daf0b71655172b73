from . import test_evidence, test_pack

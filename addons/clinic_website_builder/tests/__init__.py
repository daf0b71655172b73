from . import test_blocks, test_builder, test_pages

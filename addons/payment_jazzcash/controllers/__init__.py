from . import main, post_processing

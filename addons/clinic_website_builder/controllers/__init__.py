from . import blocks, pages

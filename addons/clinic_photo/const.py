"""What photos show, and how much of one is taken."""

VIEWS = [
    ("front", "Front"),
    ("right_45", "Right 45°"),
    ("left_45", "Left 45°"),
    ("right_90", "Right side"),
    ("left_90", "Left side"),
    ("area", "Close-up"),
]
KINDS = [("before", "Before"), ("after", "After"), ("during", "During"), ("document", "Document")]
USES = [("care", "Care"), ("teaching", "Teaching"), ("marketing", "Marketing")]
# What is proposed where a protocol says nothing.
STANDARD_VIEWS = ("front", "right_45", "left_45", "right_90", "left_90")
VARIANTS = ("original", "preview", "thumb")

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 50_000_000
# A part is sent again from its beginning when the connection breaks. The server keeps a file of a form in memory up to
# 500 kB (``werkzeug.formparser.default_stream_factory``); a larger one it would write to a temporary file, unsealed.
PART_BYTES = 480 * 1024

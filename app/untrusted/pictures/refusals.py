"""The sentences that refuse a file by its first bytes or its header; pages say them before it is sent."""

from app.messages import sentence

EMPTY = sentence("The file is empty; a picture of at least one pixel would work.")
TOO_MANY_BYTES = sentence("The file has {nbytes:,} bytes; up to {mib:,} MiB would work.")
TOO_MANY_PIXELS = sentence(
    "The picture is {width:,} × {height:,}, which is {pixels:,} pixels; up to {most:,} pixels and "
    "{most_side:,} a side would work."
)
TOO_MANY_IN_A_JPEG = sentence(
    "The picture is {width:,} × {height:,}, which is {pixels:,} pixels; a JPEG of up to {most:,} pixels "
    "would work."
)
TOO_MANY_IN_A_PROGRESSIVE_JPEG = sentence(
    "The picture is {width:,} × {height:,}, which is {pixels:,} pixels, in a progressive JPEG, which takes "
    "memory for each; up to {most:,} pixels, or the same picture saved as a JPEG that is not progressive, "
    "would work."
)
TOO_MANY_IN_A_HEIC = sentence(
    "The picture is {width:,} × {height:,}, which is {pixels:,} pixels; a HEIC picture of up to {most:,} "
    "pixels and {most_side:,} a side would work. On an iPhone, the camera at 12 MP takes smaller pictures, "
    "and Most Compatible in Settings, Camera, Formats saves JPEG, which may be larger."
)
IS_OTHER = sentence(
    "The file is {what}, not a picture in an accepted format; {accepted} would work."
)
IS_TEXT = sentence("The file is text, not a picture in an accepted format; {accepted} would work.")
IS_UNKNOWN = sentence("The file is of an unknown kind, not a picture; {accepted} would work.")

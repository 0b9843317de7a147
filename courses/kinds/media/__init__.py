"""Pictures, videos and files: which there are, and what is accepted as one.

A kind is told from the content alone; neither a name nor what a browser claims counts. Nothing here knows a
database or where files are kept.
"""

from courses.kinds.media.accepting import Accepted, accept
from courses.kinds.media.types import CAPTIONS, FILES, IMAGES, LARGEST, VIDEOS, MediaType

__all__ = ["CAPTIONS", "FILES", "IMAGES", "LARGEST", "VIDEOS", "Accepted", "MediaType", "accept"]

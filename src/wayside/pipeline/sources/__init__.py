# SPDX-License-Identifier: Apache-2.0
"""Where frames come from: video files, folders of pictures, streams and webcams."""

from wayside.domain import SourceError
from wayside.pipeline.sources.address import LocalPath, parse_address, shown_source
from wayside.pipeline.sources.frame import Frame, FrameSource, Image
from wayside.pipeline.sources.opening import open_source
from wayside.pipeline.sources.stills import decode_picture, list_pictures, load_picture

__all__ = [
    "Frame",
    "FrameSource",
    "Image",
    "LocalPath",
    "SourceError",
    "decode_picture",
    "list_pictures",
    "load_picture",
    "open_source",
    "parse_address",
    "shown_source",
]

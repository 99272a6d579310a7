"""Moving pictures, written frame by frame: an animated GIF or a video. What is written is never held as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from explorer.errors import OutputError

if TYPE_CHECKING:
    from PIL.Image import Image

COLORS = 256
"""Those of a frame of a GIF; each has its own."""

ENCODERS = ("libx264", "libopenh264", "mpeg4")
"""Those of a video, by how well they serve; the first is in PyAV's own builds, and not in everyone's."""

QUALITY = {"crf": "18", "preset": "faster"}
"""As good as can be told apart; twice as fast as the encoder's own choice, and hardly larger."""

MOST_ACROSS = 16_384
"""Pixels a side that the encoder takes."""

BT709, LIMITED = 1, 1
"""How colours are written, in the numbers of the standard: what players take for granted from a certain size on."""


class Animation(Protocol):
    """Takes pictures of one size."""

    frames: int

    def add(self, picture: QImage) -> None:
        """Write one more frame."""

    def close(self) -> None:
        """Write the end."""

    def give_up(self) -> None:
        """Let go of everything; what is in the file is worth nothing."""


class Gif:
    """An animated GIF: of the frame before only the picture is kept, to leave out what is equal."""

    def __init__(self, file: BinaryIO, rate: int) -> None:
        self._file, self._hundredths = file, max(round(100 / rate), 2)
        self._before: Image | None = None
        self.frames = 0

    def add(self, picture: QImage) -> None:
        """Write one more frame."""
        from PIL import GifImagePlugin, Image, ImageChops

        frame = Image.fromarray(pixels(picture))
        area = (0, 0, *frame.size)
        if self._before is not None:
            # Of a frame that changed nowhere one pixel is written, or it would not last.
            area = ImageChops.difference(frame, self._before).getbbox() or (0, 0, 1, 1)
        reduced = frame.crop(area).quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        if self._before is None:
            header, _ = GifImagePlugin.getheader(reduced, info={"loop": 0, "duration": 10 * self._hundredths})
            for part in header:
                self._file.write(part)
            self._file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # again and again
        timing = {"duration": 10 * self._hundredths, "include_color_table": True, "disposal": 1}
        for part in GifImagePlugin.getdata(reduced, area[:2], **timing):
            self._file.write(part)
        self._before = frame
        self.frames += 1

    def close(self) -> None:
        """Write the end."""
        self._file.write(b";")

    def give_up(self) -> None:
        """Leave the file alone."""


class Mp4:
    """A video that every player takes: H.264 in an MP4, with colours at half the size, so its sides are even."""

    def __init__(self, file: BinaryIO, rate: int) -> None:
        import av

        self._rate = rate
        self._container = av.open(file, "w", format="mp4", options={"movflags": "faststart"})
        self._stream: Any = None
        self.frames = 0

    def add(self, picture: QImage) -> None:
        """Write one more frame."""
        import av

        shown = pixels(picture)
        height, width = shown.shape[:2]
        kind = KINDS["mp4"]
        more = (0, kind.rounded(height) - height), (0, kind.rounded(width) - width), (0, 0)
        even = np.pad(shown, more, mode="edge")
        with _saying_why():
            if self._stream is None:
                self._stream = self._made(even.shape[1], even.shape[0])
            frame = av.VideoFrame.from_ndarray(even, format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED)
            frame.pts, frame.time_base = self.frames, Fraction(1, self._rate)
            self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def close(self) -> None:
        """Write what the encoder holds back, and the end."""
        with _saying_why():
            if self._stream is not None:
                self._container.mux(self._stream.encode(None))
            self._container.close()

    def give_up(self) -> None:
        """Let go of the encoder."""
        with suppress(Exception):  # it may want to write the end of a file that cannot be written
            self._container.close()

    def _made(self, width: int, height: int) -> Any:
        import av

        if max(width, height) > MOST_ACROSS:
            raise OutputError(f"a video of {width} × {height} pixels is too large; choose a smaller scale")
        encoder = next(name for name in ENCODERS if name in av.codecs_available)
        options = QUALITY if encoder == ENCODERS[0] else {}
        stream = self._container.add_stream(encoder, rate=self._rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        return stream


@contextmanager
def _saying_why() -> Iterator[None]:
    """Let what the encoder complains of, and what no file is to blame for, be said as a sentence."""
    import av

    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise  # a full disk, say: whoever opened the file names it
        raise OutputError(f"the video cannot be encoded ({error}); choose another scale, or GIF") from error


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: what writes it, the library it needs, most frames a second that are played, and what divides sides."""

    make: Callable[[BinaryIO, int], Animation]
    module: str
    library: str
    fastest: int
    divisor: int

    def rounded(self, side: float) -> int:
        """Return the pixels of a side."""
        return math.ceil(round(side) / self.divisor) * self.divisor


FORMATS = (
    ("GIF", "gif", "Plays wherever pictures are shown, with 256 colours a frame"),
    ("MP4", "mp4", "A video (H.264), in all colours and smaller"),
)
KINDS = {
    "gif": Kind(
        Gif, "PIL", "Pillow", 50, 1
    ),  # it counts in hundredths of a second, and less than two are taken for ten
    "mp4": Kind(Mp4, "av", "PyAV", 60, 2),
}


def missing(form: str) -> str:
    """Return what to install before this format can be written, and which can be without it; "" if nothing."""
    if find_spec(KINDS[form].module) is not None:
        return ""
    had = [title for title, other, _ in FORMATS if find_spec(KINDS[other].module) is not None]
    instead = f", or choose {had[0]}" if had else ""
    named = next(title for title, other, _ in FORMATS if other == form)
    return (
        f"{named} needs {KINDS[form].library}, which is not installed: run  "
        f"python -m pip install 'gate-explorer[record]'{instead}"
    )


def pixels(picture: QImage) -> npt.NDArray[np.uint8]:
    """Return the colours of a picture (height, width, 3), red, green, blue."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return lines[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()

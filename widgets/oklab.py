"""Colours by how they look: lightness, chroma and hue in Oklab. Source: Ottosson (2020), A perceptual color space."""

from __future__ import annotations

import numpy as np

LAB_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
LMS_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def srgb(lab: np.ndarray) -> np.ndarray:
    """Return Oklab colours (…, 3) as sRGB 0–1, those the screen cannot show clipped."""
    linear = np.clip((lab @ LAB_TO_LMS.T) ** 3 @ LMS_TO_RGB.T, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def diverging(middle: float, end: float, chroma: tuple[float, float], hue: tuple[float, float]) -> np.ndarray:
    """Return a colour map of two arms, uint8 (256, 4) RGBA.

    Both go from the lightness ``middle`` to ``end``, each to a chroma and along a hue (degrees) of its own.
    """
    value = np.linspace(-1.0, 1.0, 256)
    reach, side = np.abs(value), (value > 0).astype(int)
    angle = np.radians(np.asarray(hue)[side])
    radius = np.asarray(chroma)[side] * reach**0.85
    lab = np.stack([middle + (end - middle) * reach, radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return np.column_stack([np.rint(255 * srgb(lab)), np.full(256, 255)]).astype(np.uint8)

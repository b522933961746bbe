"""Make uploaded pictures fit to show: check their content, draw them anew without camera data, in sizes for screens.
This module knows no model."""

import mimetypes
from hashlib import sha256
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import features

from hacktiv.common.colours import colour
from hacktiv.common.pictures import PictureRefused, open_picture

#: Of each upload: its size in bytes, and its width × height.
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 60_000_000
#: In pixels, of each kept original.
LONGEST_SIDE = 2400
#: In pixels, of the width of each panorama: it fills a sphere, and a screen shows a quarter of it.
LONGEST_PANORAMA = 4096
SHORTEST_PANORAMA = 2000
#: Width divided by height of each panorama, and the accepted difference: cameras are wrong by a pixel or two.
PANORAMA_RATIO, TOLERANCE = 2, 0.02

#: The accepted formats, by ending of the name, and how they are opened.
ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP"}
ENDINGS |= {".heic": "HEIF", ".heif": "HEIF"}
TAKEN = {"formats": ["JPEG", "PNG", "WEBP", "HEIF"], "most_pixels": MAX_PIXELS}
#: In the `accept` of a field for a picture. Some systems know HEIC by its ending alone.
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"
#: Refusals in words, by their code.
REFUSALS = {
    "not_a_picture": _("This is not a picture that can be shown. Send a JPEG, PNG, WebP or HEIC file."),
    "too_many_pixels": _("This picture has too many pixels: %(limit)s million at most."),
    "lying_name": _("The name of this file ends in “%(ending)s”, but it is a %(kind)s picture: send the original."),
    "damaged": _("This picture is incomplete or damaged: send the original again."),
    "too_costly": _("This picture takes too much memory or time to be opened: save it anew, smaller, and send that."),
}

#: Of the renditions: the widths in pixels, the kinds (the best first) and the options of their encoders.
WIDTHS = (480, 960, 1600)
KINDS = ("avif", "webp") if features.check("avif") else ("webp",)
ENCODING = {"avif": {"quality": 60, "speed": 6}, "webp": {"quality": 80, "method": 4}}

# Some systems do not know this media type yet.
mimetypes.add_type("image/avif", ".avif")


# --- an upload ---


def cleaned_picture(upload, *, longest_side=LONGEST_SIDE):
    """Draw the uploaded picture anew and return it as a JPEG: upright, in sRGB, at most `longest_side` pixels long,
    without EXIF (it may tell the place and the author), named by its content. An animation gives its first picture.

    Raises ValidationError for a file that is no whole JPEG, PNG, WebP or HEIC of at most 15 MB and 60 million pixels,
    whose name says another format, or that takes too much memory or time to be opened."""
    return _cleaned(upload, longest_side)[0]


def _cleaned(upload, longest_side):
    """Return the picture drawn anew, its width and its height."""
    if upload.size > MAX_BYTES:
        raise ValidationError(
            _("This picture weighs %(size)s MB: it may weigh %(limit)s MB at most."),
            code="too_heavy",
            params={"size": -(-upload.size // 1024**2), "limit": MAX_BYTES // 1024**2},
        )
    upload.seek(0)
    ending = PurePath(upload.name or "").suffix.lower()
    wish = {"expected": ENDINGS.get(ending, ""), "longest_side": longest_side, "ground": colour("picture-ground")}
    try:
        ((told, drawn),) = open_picture("clean", upload.read(), **TAKEN, **wish)
    except PictureRefused as refusal:
        raise _refusal(refusal, ending) from refusal
    return named_by_content(drawn), told["width"], told["height"]


def _refusal(refusal, ending):
    """Return the refusal of a picture in words."""
    params = {"limit": MAX_PIXELS // 1_000_000, "ending": ending[:10] or "–", "kind": refusal.kind}
    return ValidationError(REFUSALS[refusal.code], code=refusal.code, params=params)


def cleaned_panorama(upload):
    """Do as `cleaned_picture` for a full sphere. Raises ValidationError also where it is not twice as wide as high, or
    narrower than 2000 pixels."""
    clean, width, height = _cleaned(upload, LONGEST_PANORAMA)
    if abs(width / height - PANORAMA_RATIO) > TOLERANCE:
        raise ValidationError(
            _("A 360° panorama is twice as wide as high (equirectangular): this picture is %(width)s × %(height)s."),
            code="not_a_sphere",
            params={"width": width, "height": height},
        )
    if width < SHORTEST_PANORAMA:
        raise ValidationError(
            _("This panorama is too small to look around in: it needs %(width)s pixels in width."),
            code="too_small",
            params={"width": SHORTEST_PANORAMA},
        )
    return clean


def named_by_content(content):
    """Return the bytes of a JPEG as a file whose name is their fingerprint."""
    return ContentFile(content, name=f"{sha256(content).hexdigest()[:24]}.jpg")


# --- renditions ---


def widths_of(width):
    """Return the widths in which a picture of this width is drawn: never wider than the picture."""
    return sorted({min(target, width) for target in WIDTHS})


def renditions_of(content):
    """Yield each rendition of the picture: (kind, width, bytes). Raises PictureRefused."""
    encoding = {kind: ENCODING[kind] for kind in KINDS}
    for told, drawn in open_picture("render", content.read(), **TAKEN, widths=WIDTHS, encoding=encoding):
        yield told["kind"], told["width"], drawn

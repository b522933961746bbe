"""Make uploaded pictures fit to show: check their content, draw them anew without camera data, in sizes for screens.
This module knows no model."""

import mimetypes
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from hacktiv.common.colours import colour

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

#: The accepted formats, by ending of the name. Telephones write MPO, a JPEG with more data behind it.
ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP"}
SAME_AS = {"MPO": "JPEG"}

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

    Raises ValidationError for a file that is no whole JPEG, PNG or WebP of at most 15 MB and 60 million pixels, or
    whose name says another format."""
    if upload.size > MAX_BYTES:
        raise ValidationError(
            _("This picture weighs %(size)s MB: it may weigh %(limit)s MB at most."),
            code="too_heavy",
            params={"size": -(-upload.size // 1024**2), "limit": MAX_BYTES // 1024**2},
        )
    upload.seek(0)
    try:
        with Image.open(upload, formats=["JPEG", "PNG", "WEBP"]) as picture:
            _refuse_unfit(picture, upload.name)
            drawn = _drawn_anew(picture, longest_side)
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise ValidationError(
            _("This is not a picture that can be shown. Send a JPEG, PNG or WebP file."), code="not_a_picture"
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Decoders may raise anything over bytes made to harm them.
        raise ValidationError(
            _("This picture is incomplete or damaged: send the original again."), code="damaged"
        ) from error
    return named_by_content(drawn)


def cleaned_panorama(upload):
    """Do as `cleaned_picture` for a full sphere. Raises ValidationError also where it is not twice as wide as high, or
    narrower than 2000 pixels."""
    clean = cleaned_picture(upload, longest_side=LONGEST_PANORAMA)
    with Image.open(clean) as picture:
        width, height = picture.size
    clean.seek(0)
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


def _too_many_pixels():
    return ValidationError(
        _("This picture has too many pixels: %(limit)s million at most."),
        code="too_many_pixels",
        params={"limit": MAX_PIXELS // 1_000_000},
    )


def _refuse_unfit(picture, name):
    """Raise ValidationError for a wrong size or a wrong name, before any pixel is decoded."""
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    kind = SAME_AS.get(picture.format, picture.format)
    ending = PurePath(name or "").suffix.lower()
    if ENDINGS.get(ending) != kind:
        raise ValidationError(
            _("The name of this file ends in “%(ending)s”, but it is a %(kind)s picture: send the original."),
            code="lying_name",
            params={"ending": ending[:10] or "–", "kind": kind},
        )


def _drawn_anew(picture, longest_side):
    orientation = picture.getexif().get(0x0112)
    if picture.mode not in {"RGB", "L", "CMYK", "RGBA", "LA"}:
        picture = _flattened(picture)
    # A JPEG is decoded at the needed size, so the next steps cost less.
    picture.thumbnail((longest_side, longest_side))
    if picture.mode in {"RGBA", "LA"}:
        picture = _flattened(picture)
    picture = _in_srgb(picture)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    if orientation:
        clean.getexif()[0x0112] = orientation
        clean = ImageOps.exif_transpose(clean)
    return _written(clean, "jpeg", quality=86, progressive=True, exif=b"")


def _flattened(picture):
    """Convert palettes, transparency (onto white) and 16 bits to RGB or grey."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith(("I", "F")):
        flat = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    else:
        flat = Image.new("RGB", picture.size, colour("picture-ground"))
        seen = picture.convert("RGBA")
        flat.paste(seen, mask=seen.getchannel("A"))
    if profile and flat.mode == "RGB":
        flat.info["icc_profile"] = profile
    return flat


def _in_srgb(picture):
    """Convert to sRGB by the colour profile of the picture; the profile is not kept."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            its_own = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(picture, its_own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # The profile does not fit: keep the colours as they are.
    return picture.convert("RGB")


# --- renditions ---


def widths_of(width):
    """Return the widths in which a picture of this width is drawn: never wider than the picture."""
    return sorted({min(target, width) for target in WIDTHS})


def renditions_of(content):
    """Yield each rendition of the picture: (kind, width, bytes)."""
    with Image.open(content) as original:
        picture = original.convert("RGB")
    for width in widths_of(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        smaller = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
        for kind in KINDS:
            yield kind, width, _written(smaller, kind, **ENCODING[kind])


def _written(picture, kind, **options):
    written = BytesIO()
    picture.save(written, format=kind, **options)
    return written.getvalue()

"""Photos as they may be shown: checked by content, small enough, and without what a camera writes into them."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2000
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def cleaned_photo(upload):
    """The uploaded picture drawn anew: turned upright, at most 2000 pixels long, without EXIF (it may tell where and by
    whom). Raises ValidationError for anything that is not a JPEG, PNG or WebP of at most 10 MB."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("A picture may weigh 10 MB at most."), code="too_big")
    try:
        upload.seek(0)
        with Image.open(upload, formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("This picture has too many pixels."), code="too_many_pixels")
            kind = picture.format
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = upright.convert("RGB" if kind == "JPEG" else "RGBA")
            clean = Image.new(upright.mode, upright.size)
            clean.paste(upright)
            written = BytesIO()
            clean.save(written, format=kind, quality=85)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is not a picture that can be shown. Send a JPEG, PNG or WebP file."), code="not_a_picture"
        ) from error
    return ContentFile(written.getvalue(), name=f"photo.{FORMATS[kind]}")

"""A program of its own that opens one picture that somebody sent: `python decoding.py TASK OPTIONS MEMORY SECONDS`, the
picture on its input.

A small file may hold a picture that takes gigabytes, or hours, or a fault of a decoder: so no process of the platform
opens one. This one dies of it alone: it sets its own limits, MEMORY in bytes and SECONDS of work. TASK is one of
`TASKS`, OPTIONS its arguments as JSON. The answer on the standard output is one line of JSON, then the bytes of the
files it lists; or the line `{"refused": code, "kind": format}`.
"""

import json
import resource
import sys
from importlib import import_module
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

#: From its fourth byte on, a HEIC photo of an iPhone has this. Its decoder is loaded for such files alone.
ISO_MEDIA = b"ftyp"
#: Telephones write MPO, a JPEG with more data behind it.
SAME_AS = {"MPO": "JPEG"}


class Refused(Exception):
    """The picture is refused, by a code and its format."""


def opened(content, formats, most_pixels):
    """Open a picture of at most so many pixels, before any of them is decoded."""
    if content.getbuffer()[4:8] == ISO_MEDIA:
        import_module("pillow_heif").register_heif_opener(thumbnails=False)
    else:
        formats = [each for each in formats if each != "HEIF"]
    try:
        picture = Image.open(content, formats=formats)
    except UnidentifiedImageError as error:
        raise Refused("not_a_picture") from error
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    if most_pixels and picture.width * picture.height > most_pixels:
        raise Refused("too_many_pixels")
    return picture


# --- tasks ---


def check(content, *, formats, most_pixels):
    """Check that a picture is whole: decode a JPEG at an eighth of its size, verify the checksums of a PNG."""
    with opened(content, formats, most_pixels) as picture:
        if picture.format == "PNG":
            picture.verify()
        else:
            picture.draft(picture.mode, (picture.width // 8, picture.height // 8))
            picture.load()
    return []


def clean(content, *, formats, most_pixels, expected, longest_side, ground):
    """Draw the picture anew as a JPEG: upright, in sRGB, without what the camera wrote. `expected` is its format."""
    with opened(content, formats, most_pixels) as picture:
        kind = SAME_AS.get(picture.format, picture.format)
        if kind != expected:
            raise Refused("lying_name", kind)
        drawn = _drawn_anew(picture, longest_side, ground)
    return [({"width": drawn.width, "height": drawn.height}, _written(drawn, "jpeg", _AS_KEPT))]


def render(content, *, formats, most_pixels, widths, encoding):
    """Draw the picture in these widths and kinds."""
    with opened(content, formats, most_pixels) as original:
        picture = original.convert("RGB")
    files = []
    for width in sorted({min(width, picture.width) for width in widths}):
        height = max(1, round(picture.height * width / picture.width))
        smaller = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
        files += [({"kind": kind, "width": width}, _written(smaller, kind, how)) for kind, how in encoding.items()]
    return files


_AS_KEPT = {"quality": 86, "progressive": True, "exif": b""}
TASKS = {task.__name__: task for task in (check, clean, render)}


# --- drawing ---


def _drawn_anew(picture, longest_side, ground):
    orientation = picture.getexif().get(0x0112)
    if picture.mode not in {"RGB", "L", "CMYK", "RGBA", "LA"}:
        picture = _flattened(picture, ground)
    # A JPEG is decoded at the needed size, so the next steps cost less.
    picture.thumbnail((longest_side, longest_side))
    if picture.mode in {"RGBA", "LA"}:
        picture = _flattened(picture, ground)
    picture = _in_srgb(picture)
    drawn = Image.new("RGB", picture.size)
    drawn.paste(picture)
    if orientation:
        drawn.getexif()[0x0112] = orientation
        drawn = ImageOps.exif_transpose(drawn)
    return drawn


def _flattened(picture, ground):
    """Convert palettes, transparency (onto the ground) and 16 bits to RGB or grey."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith(("I", "F")):
        flat = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    else:
        flat = Image.new("RGB", picture.size, ground)
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


def _written(picture, kind, options):
    written = BytesIO()
    picture.save(written, format=kind, **options)
    return written.getvalue()


def main():
    task, options, memory, seconds = sys.argv[1:]
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (int(most), int(most)))
    try:
        files = TASKS[task](BytesIO(sys.stdin.buffer.read()), **json.loads(options))
    except Refused as refusal:
        answer, files = dict(zip(("refused", "kind"), refusal.args, strict=False)), []
    except MemoryError:
        answer, files = {"refused": "too_costly"}, []
    except Exception:  # Decoders may raise anything over bytes made to harm them.
        answer, files = {"refused": "damaged"}, []
    else:
        answer = {"files": [{**told, "size": len(content)} for told, content in files]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for _told, content in files:
        sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()

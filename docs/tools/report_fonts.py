"""Brings the fonts of our PDF files in, as they are: Source Sans from the npm package `source-sans`, and for scripts
that it lacks Noto Sans from Debian's package `fonts-noto-core` (both OFL).

`python docs/tools/report_fonts.py path/to/source-sans path/to/fonts-noto-core` (unpacked) writes hacktiv/common/fonts/:
the files, their licences, and coverage.txt, the ranges of characters that can be shown. It needs fonttools, which the
platform itself does not.
"""

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[2] / "hacktiv" / "common" / "fonts"
#: Scripts in which people here write their names, beside Latin, Greek and Cyrillic.
SCRIPTS = ("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Hebrew", "Tamil", "Thai")


def main(source, noto):
    TARGET.mkdir(parents=True, exist_ok=True)
    weights = [source / "TTF" / f"SourceSans3-{weight}.ttf" for weight in ("Regular", "Semibold")]
    scripts = [noto / "usr/share/fonts/truetype/noto" / f"NotoSans{script}-Regular.ttf" for script in SCRIPTS]
    for path in [*weights, *scripts, source / "LICENSE.md"]:
        shutil.copy(path, TARGET)
    shutil.copy(noto / "usr/share/doc/fonts-noto-core/copyright", TARGET / "LICENSE-noto.txt")
    write_coverage(weights, scripts)


def write_coverage(weights, scripts):
    """Write what both weights of Source Sans have, and what any of the other fonts has."""
    common = set.intersection(*map(characters_of, weights)).union(*map(characters_of, scripts))
    (TARGET / "coverage.txt").write_text("\n".join(ranges(sorted(common))) + "\n")


def characters_of(path):
    """Return the characters of a font that are seen, or join letters."""
    return {code for code in TTFont(path).getBestCmap() if code >= ord(" ")}


def ranges(codes):
    start = last = codes[0]
    for code in [*codes[1:], None]:
        if code is None or code != last + 1:
            yield f"{start:04X}-{last:04X}"
            start = code
        last = code


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

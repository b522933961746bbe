"""Brings the fonts of our PDF files in, as they are, from the npm package `source-sans` (OFL).

`python docs/tools/report_fonts.py path/to/package` writes hacktiv/common/fonts/: the files, their licence, and
coverage.txt, the ranges of characters that all of them have. It needs fonttools, which the platform itself does not.
"""

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[2] / "hacktiv" / "common" / "fonts"


def main(package):
    TARGET.mkdir(parents=True, exist_ok=True)
    files = [package / "TTF" / f"SourceSans3-{weight}.ttf" for weight in ("Regular", "Semibold")]
    for path in [*files, package / "LICENSE.md"]:
        shutil.copy(path, TARGET)
    common = set.intersection(*(set(TTFont(path).getBestCmap()) for path in files))
    (TARGET / "coverage.txt").write_text("\n".join(ranges(sorted(common))) + "\n")


def ranges(codes):
    start = last = codes[0]
    for code in [*codes[1:], None]:
        if code is None or code != last + 1:
            yield f"{start:04X}-{last:04X}"
            start = code
        last = code


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A program of its own that makes one PDF with Typst: `python typesetting.py FOLDER` with the options on its input.

Typst takes tens of megabytes for a page and keeps them, so no process of the platform loads it. FOLDER holds the files,
main.typ first; the options are the arguments of `typst.compile` as JSON; the PDF goes to the standard output.
"""

import json
import sys
from pathlib import Path

import typst


def main():
    folder = Path(sys.argv[1])
    options = json.load(sys.stdin)
    try:
        sys.stdout.buffer.write(typst.compile(folder / "main.typ", root=folder, **options))
    except typst.TypstError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

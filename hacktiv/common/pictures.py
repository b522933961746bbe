"""Open pictures that somebody sent, each in a short-lived program of its own (decoding.py)."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

DECODING = Path(__file__).with_name("decoding.py")
#: Of the program: bytes of memory, seconds of work, seconds until it is given up. The largest accepted photos need
#: 700 MB and 4 seconds, the renditions of one 5 seconds.
MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 20
PATIENCE = 60
#: Each process has one picture opened at a time: so many threads do not take so many times its memory.
_one_at_a_time = threading.Lock()


class PictureRefused(Exception):
    """The picture was not opened. `code` is `not_a_picture`, `too_many_pixels`, `lying_name` (it is a `kind`),
    `damaged` or `too_costly`: it took too much memory or time, or the decoder died of it."""

    def __init__(self, code, kind=""):
        super().__init__(code)
        self.code = code
        self.kind = kind


def open_picture(task, content, **options):
    """Return the files that a task of decoding.py makes of a picture, as (what is told of each, its bytes).

    `content` are the bytes of the picture. Raise PictureRefused."""
    limits = [str(MOST_MEMORY), str(MOST_SECONDS)]
    command = [sys.executable, "-I", str(DECODING), task, json.dumps(options), *limits]
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise PictureRefused("too_costly")
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise PictureRefused("too_costly") from error
    finally:
        _one_at_a_time.release()
    line, _end, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        log.warning("picture_not_opened", task=task, code=done.returncode, error=done.stderr.decode(errors="replace"))
        raise PictureRefused("too_costly")
    answer = json.loads(line)
    if "refused" in answer:
        raise PictureRefused(answer["refused"], answer.get("kind", ""))
    files = []
    for told in answer["files"]:
        files.append((told, rest[: told["size"]]))
        rest = rest[told["size"] :]
    return files

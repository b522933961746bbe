"""Make mistakes in a copy of data files, to test the messages about them."""

import shutil


def readers(files):
    """Return the readers of a module of data files; each one caches its file."""
    return [reader for reader in vars(files).values() if hasattr(reader, "cache_clear")]


def corrections(files, tmp_path, monkeypatch):
    """Yield a function that replaces a text in a copy of one file; the readers read the copy until the test is over."""

    def correct(name, before, after):
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")
        forget()

    def forget():
        for reader in readers(files):
            reader.cache_clear()

    folder = shutil.copytree(files.DATA, tmp_path / "data")
    monkeypatch.setattr(files, "DATA", folder)
    forget()
    yield correct
    forget()

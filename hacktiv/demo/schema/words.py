"""The form of words.toml."""

from __future__ import annotations

from dataclasses import dataclass

from hacktiv.common.datafiles import Text


@dataclass(frozen=True, kw_only=True)
class WordFile:
    mark: Text
    last_name: Text

from .closing import close
from .comparing import compare
from .files import download, files, files_progress, prepared_file, stored_file

__all__ = ["close", "compare", "download", "files", "files_progress", "prepared_file", "stored_file"]

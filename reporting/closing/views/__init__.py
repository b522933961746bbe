from .closing import close
from .files import download, files, files_progress, prepared_file, stored_file

__all__ = ["close", "download", "files", "files_progress", "prepared_file", "stored_file"]

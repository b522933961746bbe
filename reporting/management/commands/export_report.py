from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hacktiv.common.languages import CODES, MAIN
from reporting.building.queries.versions import current_report, current_version
from reporting.closing.operations import store_files
from reporting.closing.queries import opened_as_stored, stored_file
from reporting.models import Period
from reporting.outputs.renderers.formats import FORMATS


class Command(BaseCommand):
    help = (
        "Write a half-year's report, the one its page shows: its newest version, or the records as they stand "
        "where none was built."
    )

    def add_arguments(self, parser):
        parser.add_argument("project", help="the project's slug, such as hacktiv-ardenne")
        parser.add_argument("period", help="the half-year's label, such as S2-2020, or S2 from a project's start")
        parser.add_argument("--format", choices=list(FORMATS), default="json")
        parser.add_argument("--output", default="-", help="a file, or - for standard output (default)")
        parser.add_argument("--language", choices=CODES, default=MAIN)

    def handle(self, *args, project, period, output, language, **options):
        found = Period.objects.select_related("project").filter(project__slug=project, label=period).first()
        if found is None:
            known = ", ".join(Period.objects.filter(project__slug=project).values_list("label", flat=True))
            if not known:
                raise CommandError(f"There is no project {project} with half-years.")
            raise CommandError(f"The project {project} has no half-year {period}; it has: {known}.")
        content = self._content(found, options["format"], language)
        if output == "-":
            self._print(content)
            return
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error

    def _content(self, period, extension, language):
        """Return the stored file of a closed report, else the draft or the records as they stand."""
        version = current_version(period)
        if version is not None and version.is_closed:
            store_files(version_id=version.pk)
            content = opened_as_stored(stored_file(version, extension, language))
            if content is None:
                raise CommandError("The file is no longer what was stored when the report was closed: see the log.")
            with content:
                return content.read()
        with translation.override(language):
            return FORMATS[extension].render(current_report(period))

    def _print(self, content):
        """Write bytes to standard output, or text if a caller from Python gave a stream of text."""
        stream = self.stdout._out
        if hasattr(stream, "buffer"):
            stream.buffer.write(content)
        else:
            stream.write(content.decode("utf-8"))
        stream.flush()

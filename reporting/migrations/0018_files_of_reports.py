import django.db.models.deletion
import django.utils.timezone
import hacktiv.common.storage
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION reporting_keep_report_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a file of a closed report stays as it is' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER reporting_reportfile_kept BEFORE UPDATE OR DELETE ON reporting_reportfile
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_report_file();
"""

RELEASE = """
DROP TRIGGER reporting_reportfile_kept ON reporting_reportfile;
DROP FUNCTION reporting_keep_report_file();
"""

# The reason that closed reports have moves to another column, and says the same there: the trigger that keeps them rests.
CARRY_OVER = """
ALTER TABLE reporting_reportversion DISABLE TRIGGER reporting_reportversion_closed;
UPDATE reporting_reportversion
    SET reasons = jsonb_build_array(
        jsonb_build_object('code', 'proofs_missing', 'number', 0, 'reason', missing_proof_reason)
    )
    WHERE missing_proof_reason <> '';
ALTER TABLE reporting_reportversion ENABLE TRIGGER reporting_reportversion_closed;
"""

# The column before holds one text: each reason is a line of it. A report that is being closed is a draft again there.
# One statement: a second update of the same rows would leave checks of foreign keys to wait for.
CARRY_BACK = """
ALTER TABLE reporting_reportversion DISABLE TRIGGER reporting_reportversion_closed;
UPDATE reporting_reportversion
    SET missing_proof_reason = coalesce(
            (
                SELECT string_agg(said.one ->> 'reason', E'\n' ORDER BY said.place)
                FROM jsonb_array_elements(reasons) WITH ORDINALITY AS said (one, place)
            ),
            ''
        ),
        lease_token = CASE state WHEN 'closing' THEN NULL ELSE lease_token END,
        lease_until = CASE state WHEN 'closing' THEN NULL ELSE lease_until END,
        state = CASE state WHEN 'closing' THEN 'built' ELSE state END;
ALTER TABLE reporting_reportversion ENABLE TRIGGER reporting_reportversion_closed;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0017_desk_and_results'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PreparedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_token', models.UUIDField(blank=True, editable=False, null=True, verbose_name='lease')),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='leased until')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('built_at', models.DateTimeField(verbose_name='built at')),
                ('kind', models.CharField(choices=[('json', 'JSON'), ('csv', 'CSV'), ('xlsx', 'XLSX'), ('pdf', 'PDF'), ('package', 'Package for controllers')], max_length=10, verbose_name='kind of file')),
                ('part', models.CharField(blank=True, max_length=150, verbose_name='action')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('state', models.CharField(choices=[('queued', 'Waiting to be made'), ('building', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='progress (%)')),
                ('file', models.FileField(blank=True, max_length=200, storage=hacktiv.common.storage.private_storage, upload_to='prepared/', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='error')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for at')),
                ('kept_until', models.DateTimeField(blank=True, null=True, verbose_name='kept until')),
            ],
            options={
                'verbose_name': 'file made on request',
                'verbose_name_plural': 'files made on request',
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=10, verbose_name='format')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('file', models.FileField(max_length=200, storage=hacktiv.common.storage.private_storage, upload_to='reports/', verbose_name='file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(verbose_name='size')),
                ('stored_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='stored at')),
            ],
            options={
                'verbose_name': 'file of a closed report',
                'verbose_name_plural': 'files of closed reports',
                'ordering': ['version', 'format', 'language'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='reportversion',
            name='reporting_reportversion_one_open',
        ),
        migrations.AddField(
            model_name='project',
            name='keep_until',
            field=models.DateField(blank=True, help_text='The day until which the programme may ask for the records and their evidence.', null=True, verbose_name='files are kept until'),
        ),
        migrations.AddField(
            model_name='reportversion',
            name='reasons',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='why it was closed in spite of what was amiss'),
        ),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.RemoveField(
            model_name='reportversion',
            name='missing_proof_reason',
        ),
        migrations.AddField(
            model_name='reportversion',
            name='reported_on',
            field=models.DateField(blank=True, help_text='The reporting date that a closed report tells.', null=True, verbose_name='reported on'),
        ),
        migrations.AlterField(
            model_name='reportversion',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting to be built'), ('building', 'Being built'), ('built', 'Draft'), ('failed', 'Failed'), ('closing', 'Being closed'), ('closed', 'Closed')], default='queued', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('keep_until', None), ('keep_until__gte', models.F('ends_on')), _connector='OR'), name='reporting_project_kept_until_its_end', violation_error_message='The files are kept until the project’s end at least.'),
        ),
        migrations.AddConstraint(
            model_name='reportversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'building', 'built', 'failed', 'closing'))), fields=('period',), name='reporting_reportversion_one_open', violation_error_message='The half-year has a draft already.'),
        ),
        migrations.AddField(
            model_name='preparedfile',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prepared', to='reporting.reportversion', verbose_name='report'),
        ),
        migrations.AddField(
            model_name='reportfile',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reporting.reportversion', verbose_name='report'),
        ),
        migrations.AddConstraint(
            model_name='preparedfile',
            constraint=models.UniqueConstraint(fields=('version', 'built_at', 'kind', 'part', 'language'), name='reporting_preparedfile_once', violation_error_message='This file was asked for already.'),
        ),
        migrations.AddConstraint(
            model_name='preparedfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), ('kept_until__isnull', False)), _connector='OR'), name='reporting_preparedfile_ready_is_whole', violation_error_message='A file that is ready is there.'),
        ),
        migrations.AddConstraint(
            model_name='preparedfile',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='reporting_preparedfile_progress', violation_error_message='Progress ends at 100.'),
        ),
        migrations.AddConstraint(
            model_name='reportfile',
            constraint=models.UniqueConstraint(fields=('version', 'format', 'language'), name='reporting_reportfile_once', violation_error_message='The report has this file already.'),
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]

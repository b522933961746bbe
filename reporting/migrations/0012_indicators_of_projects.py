import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError

BIND = """
ALTER TABLE reporting_project ADD CONSTRAINT reporting_project_of_programming_period UNIQUE (id, programming_period);
ALTER TABLE reporting_projectindicator ADD CONSTRAINT reporting_projectindicator_of_programming_period
    FOREIGN KEY (project_id, programming_period) REFERENCES reporting_project (id, programming_period)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reporting_output ADD CONSTRAINT reporting_output_own_period FOREIGN KEY (project_id, period_id)
    REFERENCES reporting_period (project_id, id) DEFERRABLE INITIALLY DEFERRED;
"""

LOOSEN = """
ALTER TABLE reporting_output DROP CONSTRAINT reporting_output_own_period;
ALTER TABLE reporting_projectindicator DROP CONSTRAINT reporting_projectindicator_of_programming_period;
ALTER TABLE reporting_project DROP CONSTRAINT reporting_project_of_programming_period;
"""


def refuse_to_lose_proofs(apps, schema_editor):
    """Refuse to go back while a proof of an output is kept. The schema before has no place for it, and a migration
    deletes no proof: whoever goes back takes them away, or keeps them elsewhere, first.

    Raises IrreversibleError before anything of this migration is undone."""
    kept = apps.get_model("reporting", "EvidenceFile").objects.filter(output__isnull=False).count()
    if kept:
        raise IrreversibleError(
            f"{kept} proofs of outputs are kept, which the schema before cannot hold. Delete them first."
        )


class Migration(migrations.Migration):
    """Indicators are of the programming period of their project: the key that they refer to includes it."""

    dependencies = [
        ('reporting', '0011_programming_period'),
        ('training', '0003_organisations_of_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('value', models.PositiveIntegerField(verbose_name='value')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
                'ordering': ['indicator', 'date'],
            },
        ),
        migrations.CreateModel(
            name='Output',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, verbose_name='indicator')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_fr', models.CharField(max_length=200, null=True, verbose_name='title')),
                ('title_nl', models.CharField(max_length=200, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=200, null=True, verbose_name='title')),
                ('finished_on', models.DateField(blank=True, help_text='Empty: not finished yet, so it counts 0.', null=True, verbose_name='finished on')),
                ('is_implemented', models.BooleanField(default=False, help_text='A pilot action counts once it is implemented, too.', verbose_name='implemented')),
                ('agreement', models.CharField(blank=True, help_text='Of an organisation that goes on cooperating: which agreement says so.', max_length=300, verbose_name='formal agreement')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
            ],
            options={
                'verbose_name': 'output',
                'verbose_name_plural': 'outputs',
                'ordering': ['project', 'code', 'finished_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProjectIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programming_period', models.CharField(choices=[('2014-2020', '2014–2020'), ('2021-2027', '2021–2027')], max_length=9, verbose_name='programming period')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('baseline', models.PositiveIntegerField(blank=True, help_text='Of results only: the state before the project.', null=True, verbose_name='baseline')),
                ('target', models.PositiveIntegerField(blank=True, help_text='Empty: to be chosen.', null=True, verbose_name='target')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
            ],
            options={
                'verbose_name': 'indicator of a project',
                'verbose_name_plural': 'indicators of projects',
                'ordering': ['project', 'order', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='evidencefile',
            name='reporting_evidencefile_one_thing',
        ),
        migrations.AddField(
            model_name='output',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outputs', to='reporting.period', verbose_name='half-year'),
        ),
        migrations.AddField(
            model_name='output',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outputs', to='reporting.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='evidencefile',
            name='output',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='reporting.output', verbose_name='output'),
        ),
        migrations.AddConstraint(
            model_name='evidencefile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('coaching__isnull', False), ('deliverable__isnull', True), ('output__isnull', True), ('period__isnull', True)), models.Q(('coaching__isnull', True), ('deliverable__isnull', False), ('output__isnull', True), ('period__isnull', True)), models.Q(('coaching__isnull', True), ('deliverable__isnull', True), ('output__isnull', False), ('period__isnull', True)), models.Q(('coaching__isnull', True), ('deliverable__isnull', True), ('output__isnull', True), ('period__isnull', False)), _connector='OR'), name='reporting_evidencefile_one_thing', violation_error_message='Evidence proves one thing: a coaching, a deliverable, an output or a half-year.'),
        ),
        migrations.AddConstraint(
            model_name='evidencefile',
            constraint=models.UniqueConstraint(fields=('output', 'sha256'), name='reporting_evidencefile_once_a_output', violation_error_message='This file is among the proofs already.'),
        ),
        migrations.AddField(
            model_name='projectindicator',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='reporting.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='reporting.projectindicator', verbose_name='indicator'),
        ),
        migrations.AddConstraint(
            model_name='projectindicator',
            constraint=models.UniqueConstraint(fields=('project', 'code'), name='reporting_projectindicator_once', violation_error_message='The project has chosen this indicator already.'),
        ),
        migrations.AddConstraint(
            model_name='projectindicator',
            constraint=models.CheckConstraint(condition=models.Q(('baseline', None), ('code__startswith', 'RCR'), _connector='OR'), name='reporting_projectindicator_baseline_of_results', violation_error_message='Only a result has a baseline.'),
        ),
        migrations.AddConstraint(
            model_name='projectindicator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__startswith', 'CO'), ('programming_period', '2014-2020')), models.Q(('code__startswith', 'RC'), ('programming_period', '2021-2027')), _connector='OR'), name='reporting_projectindicator_of_its_period', violation_error_message='This indicator is of another programming period.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('indicator', 'date'), name='reporting_milestone_once_a_day', violation_error_message='The indicator has a milestone on this day already.'),
        ),
        migrations.RunSQL(BIND, LOOSEN),
        # Undone first.
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_proofs),
    ]

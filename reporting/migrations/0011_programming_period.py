from django.db import migrations, models

#: Hacktiv'Ardenne and COFFEE began before 2021, so their indicators are those of 2014–2020.
TELL = "UPDATE reporting_project SET programming_period = '2014-2020' WHERE starts_on < '2021-01-01';"


class Migration(migrations.Migration):
    """Each project is of the programming period in which it began."""

    dependencies = [('reporting', '0010_classification_of_actions')]

    operations = [
        migrations.AddField(
            model_name='project',
            name='programming_period',
            field=models.CharField(choices=[('2014-2020', '2014–2020'), ('2021-2027', '2021–2027')], default='2021-2027', help_text='Its indicators are those of this period.', max_length=9, verbose_name='programming period'),
        ),
        migrations.RunSQL(TELL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('programming_period__in', ['2014-2020', '2021-2027'])), name='reporting_project_programming_period', violation_error_message='Choose one of the programming periods.'),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0012_indicators_of_projects")]

    operations = [migrations.RemoveField(model_name="countedaction", name="indicator")]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0017_affiliations_of_spaces"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("directory", "Be found in the members' directory"),
                    ("statistics", "Gender and age band in the semester statistics"),
                    ("photo", "Be recognisable on photos that the network publishes"),
                    ("presence", "Be seen by the members when I am in a space"),
                    ("news_space", "News of my spaces"),
                    ("news_events", "Events to come"),
                    ("news_training", "Training courses"),
                    ("news_network", "News of the whole network"),
                ],
                max_length=20,
                verbose_name="purpose",
            ),
        ),
    ]

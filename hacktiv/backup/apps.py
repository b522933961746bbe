from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "hacktiv.backup"
    label = "backup"

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "hacktiv.common"
    label = "common"

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "hacktiv.network"
    label = "network"

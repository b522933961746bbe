from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "hacktiv.demo"
    label = "demo"

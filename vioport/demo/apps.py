from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "vioport.demo"
    label = "demo"

from django.apps import AppConfig


class WireConfig(AppConfig):
    name = "wire"

    def ready(self) -> None:
        from wire import checks  # noqa: F401  registers them

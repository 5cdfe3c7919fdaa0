from django.apps import AppConfig


class VioportConfig(AppConfig):
    name = "vioport"

    def ready(self):
        from vioport.words import say_it_plainly

        say_it_plainly()

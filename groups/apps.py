from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self):
        from accounts.signals import invitation_accepted
        from groups.services import offers

        invitation_accepted.connect(offers.on_invitation_accepted)

"""The back office: a look at what is stored, for whoever runs the installation. Nothing is changed here.

What changes people goes through services, where it is recorded. Other rooms may register on `back_office`.
"""

from functools import update_wrapper

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from accounts.models import Notice, Role, User
from audit.services import record


class BackOffice(AdminSite):
    """Django's admin behind our sign-in: to anyone but its staff, it does not exist."""

    site_title = site_header = "vioport"
    index_title = "Back office"
    final_catch_all_view = False
    enable_nav_sidebar = False

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def door(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(door, view)

    def get_urls(self):
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") not in NOT_HERE]


class OnlyLooking(ModelAdmin):
    """A list and a page of each, and no way to change any of it."""

    actions = None
    show_full_result_count = False

    def get_urls(self):
        return [entry for entry in super().get_urls() if str(entry.name).endswith(("_changelist", "_change"))]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return True

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            record("back_office.read", request.user, found)
        return found


class Users(OnlyLooking):
    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = ("code", "name", "email", "language", "time_zone", "is_active", "is_staff", "last_login")


class Roles(OnlyLooking):
    list_display = ("person", "role", "given_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("person",)


class Notices(OnlyLooking):
    """The outbox, without the secrets of what is not sent yet."""

    list_display = ("kind", "person", "due_at", "attempts", "sent_at", "given_up_at", "last_error")
    list_filter = ("kind",)
    list_select_related = ("person",)
    fields = ("kind", "person", "language", "due_at", "attempts", "sent_at", "given_up_at", "last_error")


# Signing in and passwords have pages of ours.
NOT_HERE = {
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "view_on_site",
}
back_office = BackOffice(name="admin")
back_office.register(User, Users)
back_office.register(Role, Roles)
back_office.register(Notice, Notices)

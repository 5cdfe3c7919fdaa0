from django.urls import path

from groups.views import logins, members, people, places, programs, resets, therapy_groups

app_name = "groups"

urlpatterns: list = [
    path("groups/", therapy_groups.group_list, name="list"),
    path("groups/<uuid:code>/", therapy_groups.group, name="group"),
    path("groups/<uuid:code>/change/", therapy_groups.change_group, name="change_group"),
    path("groups/<uuid:code>/end/", therapy_groups.end_group, name="end_group"),
    path("groups/<uuid:code>/members/new/", members.add_member, name="add_member"),
    path("groups/<uuid:code>/members/<uuid:person>/", members.change_member, name="change_member"),
    path("groups/<uuid:code>/members/<uuid:person>/end/", members.end_member, name="end_member"),
    path("programs/new/", programs.start_program, name="start_program"),
    path("programs/<uuid:code>/", programs.program, name="program"),
    path("programs/<uuid:code>/change/", programs.change_program, name="change_program"),
    path("programs/<uuid:code>/end/", programs.end_program, name="end_program"),
    path("programs/<uuid:code>/groups/new/", therapy_groups.start_group, name="start_group"),
    path("programs/<uuid:code>/tracks/new/", programs.start_track, name="start_track"),
    path("programs/<uuid:code>/team/new/", programs.assign, name="assign"),
    path(
        "programs/<uuid:code>/team/<uuid:person>/<slug:role>/end/",
        programs.end_assignment,
        name="end_assignment",
    ),
    path("people/", people.people_list, name="people"),
    path("people/invite/", logins.invite, name="invite"),
    path("people/offers/<uuid:code>/withdraw/", logins.take_offer_back, name="take_offer_back"),
    path("people/resets/", resets.resets, name="resets"),
    path("people/resets/<uuid:code>/", resets.confirm_reset, name="confirm_reset"),
    path("people/<uuid:code>/", people.person, name="person"),
    path("people/<uuid:code>/invite/", logins.invite_again, name="invite_again"),
    path("people/<uuid:code>/withdraw/", logins.withdraw, name="withdraw"),
    path("people/<uuid:code>/address/", logins.new_address, name="new_address"),
    path("people/<uuid:code>/close/", logins.close, name="close_login"),
    path("people/<uuid:code>/open/", logins.reopen, name="open_login"),
    path("people/<uuid:code>/reset/", resets.ask_reset, name="ask_reset"),
    path("people/<uuid:code>/stays/new/", places.begin_stay, name="begin_stay"),
    path("people/<uuid:code>/stays/<uuid:program>/end/", places.end_stay, name="end_stay"),
    path("people/<uuid:code>/relatives/new/", places.add_relative, name="add_relative"),
    path("people/<uuid:code>/relatives/<uuid:relative>/end/", places.end_relation, name="end_relation"),
    path("people/<uuid:code>/roles/new/", people.give_role, name="give_role"),
    path("people/<uuid:code>/roles/<slug:role>/end/", people.end_role, name="end_role"),
    path("sites/<uuid:code>/change/", programs.change_site, name="change_site"),
    path("tracks/<uuid:code>/change/", programs.change_track, name="change_track"),
    path("tracks/<uuid:code>/end/", programs.end_track, name="end_track"),
]

from django.urls import path

from care.views import agreements, contacts, my_care

urlpatterns = [
    path("my-care/", my_care.my_care, name="my_care"),
    path("my-care/agree/<slug:kind>/", agreements.agree, name="agree"),
    path("my-care/agree/<slug:kind>/<uuid:group>/", agreements.agree, name="agree_in_group"),
    path("my-care/agreed/<uuid:code>/", agreements.agreed, name="agreed"),
    path("my-care/agreed/<uuid:code>/take-back/", agreements.take_back, name="take_back_agreement"),
    path("my-care/contacts/add/", contacts.add_contact, name="add_contact"),
    path("my-care/contacts/<uuid:code>/", contacts.change_contact, name="change_contact"),
    path("my-care/contacts/<uuid:code>/withdraw/", contacts.withdraw_contact, name="withdraw_contact"),
    path("people/<uuid:code>/contacts/", contacts.contacts_of, name="contacts_of"),
]

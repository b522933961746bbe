from django.urls import path

from .accounts.views import confirm_old_address, give_up_old_address, stop_address_change
from .profiles import views

app_name = "members"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/presence/", views.presence, name="presence"),
    path("skills/", views.skills, name="skills"),
    path("address/give-up/", give_up_old_address, name="give_up_old_address"),
    path("address/<str:token>/confirm/", confirm_old_address, name="confirm_old_address"),
    path("address/<str:token>/stop/", stop_address_change, name="stop_address_change"),
]

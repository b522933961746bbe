from django.urls import path

from .profiles import views

app_name = "members"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/presence/", views.presence, name="presence"),
    path("skills/", views.skills, name="skills"),
]

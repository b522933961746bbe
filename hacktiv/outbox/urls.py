from django.urls import path

from . import views

app_name = "outbox"

urlpatterns = [
    path("", views.mail_list, name="mails"),
    path("<str:name>/", views.mail, name="mail"),
    path("<str:name>/html/", views.mail_html, name="mail_html"),
    path("<str:name>/<int:number>/", views.attachment, name="attachment"),
]

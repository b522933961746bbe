"""A person who makes a second factor and signs in with it."""

import time

from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from members.tests.factories import PASSWORD


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def confirm_password(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def code_of(secret, *, steps_ahead=0):
    counter = int(time.time()) // 30 + steps_ahead
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def use_application(client):
    """Start an application with codes for who is signed in; return its secret."""
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    return secret

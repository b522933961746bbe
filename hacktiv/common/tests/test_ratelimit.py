"""Counting visitors in the cache."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from redis.exceptions import RedisError

from hacktiv.common.ratelimit import TooManyRequests, TooManyRequestsMiddleware, has_mail_left, limit

pytestmark = pytest.mark.usefixtures("no_limits_spent")


def request_of(address="192.0.2.1", user=None):
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return request


def times(count, **visitor):
    for _ in range(count):
        limit(request_of(**visitor), "test", "3/h")


def test_the_rate_is_allowed_and_one_more_is_not():
    times(3)
    with pytest.raises(TooManyRequests) as caught:
        times(1)
    assert 0 < caught.value.retry_after <= 3601


def test_each_address_and_each_account_is_counted_by_itself():
    member = SimpleNamespace(is_authenticated=True, pk=1)
    times(3)
    times(3, address="192.0.2.2")
    times(3, user=member)
    with pytest.raises(TooManyRequests):
        times(1, user=member, address="192.0.2.3")


def test_each_thing_is_counted_by_itself():
    times(3)
    limit(request_of(), "other", "1/h")


def test_windows_of_several_minutes():
    limit(request_of(), "test", "1/5m")
    with pytest.raises(TooManyRequests) as caught:
        limit(request_of(), "test", "1/5m")
    assert caught.value.retry_after <= 301


def test_without_a_cache_all_pass_but_where_a_secret_could_be_guessed(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    times(4)
    with pytest.raises(RedisError):
        limit(request_of(), "test", "3/h", guards_secret=True)


def asks(email, network):
    return has_mail_left(request_of(network), "link", email, rate="3/d", of_network="2/d")


def test_one_network_has_fewer_mails_to_an_address_than_all_together():
    email, networks = "zoe@ardenne.example", ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1::3", "192.0.2.1"]
    assert [asks(email, network) for network in networks] == [True, True, False, True]
    assert not asks(email.upper(), "192.0.2.2")
    assert asks("autre@ardenne.example", "192.0.2.2")


def test_without_a_cache_mails_are_sent(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert [asks("zoe@ardenne.example", "192.0.2.1") for _ in range(3)] == [True] * 3


@pytest.mark.django_db
def test_the_answer_says_when_to_come_back():
    middleware = TooManyRequestsMiddleware(HttpResponse)
    response = middleware.process_exception(request_of(), TooManyRequests("test", retry_after=90))
    assert (response.status_code, response["Retry-After"]) == (429, "90")
    assert middleware.process_exception(request_of(), ValueError()) is None

import os

from django.core.cache import cache


def test_one_client_serves_every_command():
    cache.set("first", 1)
    client = cache._cache.get_client("first")
    assert cache._cache.get_client("second", write=True) is client
    assert cache.get("first") == 1


def test_a_forked_process_has_a_connection_of_its_own():
    cache.set("before", "kept")
    child = os.fork()
    if not child:
        for number in range(100):
            cache.set(f"child-{number}", cache.get("before"))
        os._exit(0)
    found = {cache.get("before") for _ in range(100)}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert found == {"kept"}
    assert cache.get("child-99") == "kept"

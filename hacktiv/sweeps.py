"""The sweeps of the schedule: tasks that come round every so many seconds and do whatever is due."""

HEARTBEAT = "beat-heartbeat"


def ask_for_sweeps(app, *, but=()):
    """Ask for every sweep at once, except those that `but` names. What comes by the clock waits for its hour.

    A sweep that no worker takes before the next one is due is dropped. The heartbeat is not: a worker that comes to it
    late is slow, and no sign that beat stands still.
    """
    for name, order in app.conf.beat_schedule.items():
        if name not in but and isinstance(order["schedule"], int | float):
            app.send_task(order["task"], expires=None if name == HEARTBEAT else order["schedule"])

"""The sweeps of the schedule: tasks that come round every so many seconds and do whatever is due."""

HEARTBEAT = "beat-heartbeat"


def ask_for_sweeps(app, *, but=()):
    """Ask for every sweep at once, except those that `but` names. What comes by the clock waits for its hour."""
    for name, order in app.conf.beat_schedule.items():
        if name not in but and isinstance(order["schedule"], int | float):
            app.send_task(order["task"], expires=order["schedule"])

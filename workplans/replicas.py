"""Marking the views that may read a streaming replica: dashboards, lists and exports. None of them writes what it then
reads; `config/replica.py` decides at each request whether the replica is fit to be read."""


def reads_replica(view):
    """Mark a view, the outermost of its decorators."""
    view.reads_replica = True
    return view

"""The bureau's own Word templates: checked when uploaded, filled when a paper is printed, both in a process under limits.

Nothing here but `sandbox.py` is imported by the application itself; none of it knows Django.
"""

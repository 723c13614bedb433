"""What keeps a database from being backed up or restored."""


class DatabaseUnusable(Exception):
    """The database, or the program that is to read it, cannot be used; the message is the Chinese sentence."""

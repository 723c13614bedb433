"""What each kind of paper says, as dataclasses."""

"""Who gets in: throttle, sessions, passwords, second factor; users and their memberships in the admin."""

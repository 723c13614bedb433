"""What must not be forgotten: security events and their chain, history that nobody deletes; knows nothing above it."""

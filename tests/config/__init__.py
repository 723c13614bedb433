"""What puts the house together."""

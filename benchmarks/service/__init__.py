"""What the HTTP service can carry."""

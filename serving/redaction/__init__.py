"""What takes the place of personal data."""

"""What a post does with personal data, and what follows from it."""

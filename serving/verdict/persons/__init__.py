"""The persons of a post: who is spoken of, and whose each value is."""

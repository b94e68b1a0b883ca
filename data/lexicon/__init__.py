"""Tables of words and places, and reading them."""

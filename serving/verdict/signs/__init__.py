"""Signs in the words of a post: where somebody is, how old they are, what was done to them, what is asked for."""

"""The labels of whole posts: hidden states that are kept, training of the head, its command."""

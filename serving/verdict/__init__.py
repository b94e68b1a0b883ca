"""From spans and the scores of a post to a verdict: who is exposed, how badly, and what follows."""

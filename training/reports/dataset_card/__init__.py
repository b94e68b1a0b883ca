"""The dataset card: what a corpus holds, as a page, as text and as data."""

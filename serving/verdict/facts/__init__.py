"""What values say by themselves: how precise, how rare and how sensitive they are."""

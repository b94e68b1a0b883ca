"""Labels from other taggers."""

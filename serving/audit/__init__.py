"""Annotation that the model doubts: ranked, shown on a page, corrected by decisions."""

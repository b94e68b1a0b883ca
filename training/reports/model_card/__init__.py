"""The model card, made from the saved facts of runs and reports."""

"""Reports: benchmark, dataset card, model card."""

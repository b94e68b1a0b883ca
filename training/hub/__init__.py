"""Fine-tuned weights as a folder for the Hugging Face hub: names of labels, card, scores."""

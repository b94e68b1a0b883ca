"""Fillers: values that look like personal data and are nobody's, net names, links, small words."""

"""The entity type ``SOCIAL_CREDIT``: unified social credit codes of small owners."""

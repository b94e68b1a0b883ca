"""Faker providers, one module an entity type, and the fillers that make no entity."""

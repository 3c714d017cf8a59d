"""Build what people read from ``content/``: notebooks, exercises and slides."""

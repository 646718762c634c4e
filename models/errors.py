"""What goes wrong with weights, pictures and recipes."""

from __future__ import annotations


class ModelError(Exception):
    """A model, a picture or a recipe is not what it should be; the text names file, found, expected."""

"""What goes wrong with weights, pictures and recipes."""

from __future__ import annotations


class ModelError(Exception):
    """A model, picture or recipe is not what it should be; says which file, found and expected."""

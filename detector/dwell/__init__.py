"""Dwell: who has been standing at which place, since when, in wall-clock time."""

from xunjie.detector.dwell.dwell import Dwell
from xunjie.detector.dwell.settings import CLASS_GROUPS, DwellSettings

__all__ = ["CLASS_GROUPS", "Dwell", "DwellSettings"]

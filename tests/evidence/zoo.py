"""The zoo of bad evidence: one function per way to be wrong, named after it.

Each spoils a good package in place, or gives other trust roots to judge it by. ``ZOO`` names for
each the step and reason that must answer it.
"""

from __future__ import annotations

from tests.evidence import zoo_layout, zoo_signing, zoo_statement
from tests.evidence.zoo_register import ZOO

assert all((zoo_layout, zoo_signing, zoo_statement))
__all__ = ["ZOO"]

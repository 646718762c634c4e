"""Sealed packages in; cases, officers and decisions."""

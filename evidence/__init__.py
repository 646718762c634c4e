"""The record of an alleged violation: pack, sign, verify."""

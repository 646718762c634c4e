"""Weights with their papers, and pixels to Detections."""

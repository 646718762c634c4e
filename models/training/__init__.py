"""Making new weights: the only place that imports torch and ultralytics."""

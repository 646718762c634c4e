"""Source, sampling, inference, dwell, rules, recorder, outbox."""

"""Where, when and by whom something is allowed: geometry, zones, schedules, permits."""

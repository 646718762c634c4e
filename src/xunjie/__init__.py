"""xunjie (巡街): street violations from video, as sealed evidence."""

"""Where pictures come from: files and cameras, as packets for the ring and frames for sampling."""

"""The officers' console: pages made on the server."""

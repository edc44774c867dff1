"""What the worker shows of itself: plugins of its own through its own hooks, and the web server."""

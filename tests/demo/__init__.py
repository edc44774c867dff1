"""What `make run` shows: a cloud, a core and a worker on this machine, and one collect from beginning to end."""
